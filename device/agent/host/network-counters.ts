/** Since boot, over all interfaces but loopback. */
export interface NetworkCounters {
  bytesIn: number;
  bytesOut: number;
  packetsIn: number;
  packetsOut: number;
}

/** Reads /proc/net/dev: two heading lines, then `name: 8 receive fields, 8 transmit fields`. */
export function parseNetworkCounters(text: string): NetworkCounters {
  const sum: NetworkCounters = { bytesIn: 0, bytesOut: 0, packetsIn: 0, packetsOut: 0 };
  for (const line of text.split("\n")) {
    const [, name, rest] = /^ *([^ :|]+): *([\d ]+)$/.exec(line) ?? [];
    if (name === undefined || rest === undefined || name === "lo") continue;
    const fields = rest.trim().split(/ +/).map(Number);
    sum.bytesIn += fields[0] ?? 0;
    sum.packetsIn += fields[1] ?? 0;
    sum.bytesOut += fields[8] ?? 0;
    sum.packetsOut += fields[9] ?? 0;
  }
  return sum;
}

/** What was counted between two samples. An interface that left or a counter that began again gives 0, never a negative. */
export function networkDelta(before: NetworkCounters, after: NetworkCounters): NetworkCounters {
  const rise = (key: keyof NetworkCounters) => Math.max(0, after[key] - before[key]);
  return { bytesIn: rise("bytesIn"), bytesOut: rise("bytesOut"), packetsIn: rise("packetsIn"), packetsOut: rise("packetsOut") };
}
