import type { ConsoleSession } from "../console-session";

/** Waiting times of one address, in milliseconds. */
interface Waits {
  count: number;
  p50: number;
  p99: number;
}

export interface Asking {
  devices: Waits;
  outages: Waits;
  /** Answers other than 200. */
  failed: number;
}

const PAUSE_MS = 100;

/** So many consoles ask for the device list and the outages in turn, each again and again, while something else goes on. */
export async function askAway(session: ConsoleSession, consoles: number, meanwhile: () => Promise<unknown>): Promise<Asking> {
  const waits: Record<"devices" | "outages", number[]> = { devices: [], outages: [] };
  let failed = 0;
  let over = false;
  const ask = async () => {
    while (!over)
      for (const what of ["devices", "outages"] as const) {
        const startedAt = performance.now();
        const answer = await session.get(`/api/v1/${what}`);
        await answer.arrayBuffer();
        waits[what].push(performance.now() - startedAt);
        if (answer.status !== 200) failed++;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
  };
  const asking = Array.from({ length: consoles }, ask);
  await meanwhile().finally(() => {
    over = true;
  });
  await Promise.all(asking);
  return { devices: summed(waits.devices), outages: summed(waits.outages), failed };
}

function summed(times: number[]): Waits {
  const sorted = times.sort((a, b) => a - b);
  const at = (share: number) => Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99) };
}
