import { readdir, readFile, statfs } from "node:fs/promises";
import os from "node:os";
import { parseSocketTable, type SocketRow } from "@/lib/base/socket-table";
import { parseMemory } from "./memory";
import { type NetworkCounters, networkDelta, parseNetworkCounters } from "./network-counters";
import { type ProcessorTimes, parseProcessorTimes, processorUsage } from "./processor";
import { hottest, parseTemperature } from "./thermal";

export type HostValues = Map<string, { value: number; unit?: string }>;

export interface HostReader {
  /** What the operating system says now. Rates (processor, network) are those since the last call: absent on the first. */
  values(): Promise<HostValues>;
  /** Sockets and counters for the posture report; undefined where the system has no /proc/net. */
  sockets(): Promise<{ tcp: SocketRow[]; udp: SocketRow[]; counters: NetworkCounters } | undefined>;
  interfaces(): Map<string, string>;
}

/** Reads this machine. `root` is where /proc and /sys hang, another folder in tests. */
export function createHostReader(options: { root?: string; now?: () => number } = {}): HostReader {
  const root = options.root ?? "";
  const now = options.now ?? Date.now;
  const littleEndian = os.endianness() === "LE";
  let lastTimes: ProcessorTimes | undefined;
  let lastNetwork: { at: number; counters: NetworkCounters } | undefined;
  const table = async (name: string) => parseSocketTable((await read(`${root}/proc/net/${name}`)) ?? "", { littleEndian });

  return {
    async values() {
      const values: HostValues = new Map();
      const put = (metric: string, unit: string | undefined, value: number | undefined, digits = 2) => {
        if (value !== undefined && Number.isFinite(value)) values.set(metric, { value: Number(value.toFixed(digits)), unit });
      };
      const times = parseProcessorTimes((await read(`${root}/proc/stat`)) ?? "") ?? osTimes();
      put("cpu", "%", lastTimes && processorUsage(lastTimes, times), 1);
      lastTimes = times;
      const memory = parseMemory((await read(`${root}/proc/meminfo`)) ?? "") ?? { total: os.totalmem(), available: os.freemem() };
      put("memory", "%", (100 * (memory.total - memory.available)) / memory.total, 1);
      if (os.platform() !== "win32") put("load", undefined, os.loadavg()[0]);
      const disk = await statfs(root || "/").catch(() => undefined);
      // As df does: of what an ordinary user may use, so that 100 % means full.
      if (disk && disk.blocks > 0) put("disk", "%", (100 * (disk.blocks - disk.bfree)) / (disk.blocks - disk.bfree + disk.bavail), 1);
      put("temperature", "Cel", hottest(await temperatures(root)), 1);
      const text = await read(`${root}/proc/net/dev`);
      if (text !== undefined) {
        const sample = { at: now(), counters: parseNetworkCounters(text) };
        const seconds = lastNetwork ? (sample.at - lastNetwork.at) / 1000 : 0;
        if (lastNetwork && seconds > 0) {
          const delta = networkDelta(lastNetwork.counters, sample.counters);
          put("network_in", "B/s", delta.bytesIn / seconds, 0);
          put("network_out", "B/s", delta.bytesOut / seconds, 0);
        }
        lastNetwork = sample;
      }
      return values;
    },
    async sockets() {
      const text = await read(`${root}/proc/net/dev`);
      if (text === undefined) return undefined;
      const [tcp, tcp6, udp, udp6] = await Promise.all(["tcp", "tcp6", "udp", "udp6"].map(table));
      return { tcp: [...(tcp ?? []), ...(tcp6 ?? [])], udp: [...(udp ?? []), ...(udp6 ?? [])], counters: parseNetworkCounters(text) };
    },
    interfaces() {
      const names = new Map<string, string>();
      for (const [name, addresses] of Object.entries(os.networkInterfaces())) for (const { address } of addresses ?? []) names.set(address, name);
      return names;
    },
  };
}

/** Undefined when there is no such file: another system, or a locked-down container. */
async function read(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch(() => undefined);
}

async function temperatures(root: string): Promise<(number | undefined)[]> {
  const folder = `${root}/sys/class/thermal`;
  const zones = (await readdir(folder).catch(() => [])).filter((name) => name.startsWith("thermal_zone"));
  return Promise.all(zones.map(async (zone) => parseTemperature((await read(`${folder}/${zone}/temp`)) ?? "")));
}

/** Where there is no /proc/stat (macOS, Windows), Node's own figures, in milliseconds. */
function osTimes(): ProcessorTimes {
  const sum = { busy: 0, total: 0 };
  for (const { times } of os.cpus()) {
    const busy = times.user + times.nice + times.sys + times.irq;
    sum.busy += busy;
    sum.total += busy + times.idle;
  }
  return sum;
}
