/** Jiffies since boot, summed over all processors. */
export interface ProcessorTimes {
  busy: number;
  total: number;
}

/** Reads the first line of /proc/stat (proc(5)): user nice system idle iowait irq softirq steal. Undefined when it is not there. */
export function parseProcessorTimes(text: string): ProcessorTimes | undefined {
  const fields = /^cpu +([\d ]+)$/m.exec(text)?.[1]?.trim().split(/ +/).map(Number);
  const [user, nice, system, idle, iowait = 0, irq = 0, softirq = 0, steal = 0] = fields ?? [];
  if (user === undefined || nice === undefined || system === undefined || idle === undefined) return undefined;
  // guest and guest_nice (fields 9, 10) are already contained in user and nice.
  const busy = user + nice + system + irq + softirq + steal;
  return { busy, total: busy + idle + iowait };
}

/** Percent of the time between two samples that processors worked, 0 to 100; undefined when no time has passed. */
export function processorUsage(before: ProcessorTimes, after: ProcessorTimes): number | undefined {
  const total = after.total - before.total;
  if (total <= 0) return undefined;
  return Math.min(100, Math.max(0, (100 * (after.busy - before.busy)) / total));
}
