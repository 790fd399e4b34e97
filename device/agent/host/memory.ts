/** Bytes. */
export interface Memory {
  total: number;
  /** What programs could still take without swapping (the kernel's own estimate). */
  available: number;
}

/** Reads /proc/meminfo (values in kiB). Kernels before 3.14 have no MemAvailable: free and cached memory stand in for it. */
export function parseMemory(text: string): Memory | undefined {
  const bytes = (name: string) => {
    const found = new RegExp(`^${name}: +(\\d+) kB$`, "m").exec(text)?.[1];
    return found === undefined ? undefined : Number(found) * 1024;
  };
  const total = bytes("MemTotal");
  const available = bytes("MemAvailable") ?? sum(bytes("MemFree"), bytes("Cached"));
  return total === undefined || total === 0 || available === undefined ? undefined : { total, available };
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? undefined : a + (b ?? 0);
}
