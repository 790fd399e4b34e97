import { readFileSync } from "node:fs";
import { type ParsedSimulatorConfig, type SimulatorCommand, type SimulatorConfig, simulatorConfigSchema, type Target } from "./config";
import { plannedFailure } from "./failure-plan";
import { type Ledger, openLedger } from "./ledger";
import { seededRandom, seedFor } from "./random";
import { createReplay } from "./replay";
import { SimulatedDevice } from "./simulated-device";
import { loadWeather } from "./weather";

export interface SimulatorStatus {
  devices: number;
  connected: number;
  refused: number;
  failing: number;
  /** Messages that left for the first or a further time, and first acknowledgements. */
  sent: number;
  acknowledged: number;
  waiting: number;
  dropped: number;
}

export type DeviceStatus = SimulatedDevice["status"];

export interface Simulator {
  /** Connects all devices, spread over a while, and starts the failures of the configuration. */
  start(): void;
  /** Throws when the target is no site or device of this simulator. */
  command(command: SimulatorCommand): void;
  status(): SimulatorStatus;
  deviceStatus(id: string): DeviceStatus | undefined;
  /** No more failures, no new messages; resolves true when everything is acknowledged, false when that took too long. */
  settle(options: { withinMs: number }): Promise<boolean>;
  /** Says goodbye for every device. */
  stop(): Promise<void>;
}

interface SimulatorHooks {
  onCommand?: (command: SimulatorCommand) => void;
  onRefused?: (device: string, reason: string) => void;
}

/** Throws when the configuration is not valid. */
export function createSimulator(input: SimulatorConfig, hooks: SimulatorHooks = {}): Simulator {
  const config = simulatorConfigSchema.parse(input);
  const ledger = config.ledger && openLedger(config.ledger.file, config.ledger);
  const devices = makeDevices(config, ledger, hooks);
  const bySite = new Map<string, string[]>();
  for (const { id, site } of config.devices) bySite.set(site, [...(bySite.get(site) ?? []), id]);
  const timers = new Set<NodeJS.Timeout>();
  const random = seededRandom(seedFor(config.seed, "simulator"));

  const targeted = (target: Target | undefined): SimulatedDevice[] => {
    if (target === undefined) return [...devices.values()];
    const ids = "site" in target ? (bySite.get(target.site) ?? []) : [target.device];
    const found = ids.flatMap((id) => devices.get(id) ?? []);
    if (found.length === 0) throw new Error(`The simulator has no ${"site" in target ? `site ${target.site}` : `device ${target.device}`}.`);
    return found;
  };
  const command = (given: SimulatorCommand) => {
    const found = targeted(given.target);
    hooks.onCommand?.(given);
    for (const device of found) {
      if (given.kind === "restore") device.restore(found.length === 1 ? 0 : random() * config.restoreSpreadMs);
      else device.fail(given.kind);
    }
  };
  const later = (delayMs: number, work: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, delayMs);
    timers.add(timer);
  };
  const names = { seed: config.seed, sites: [...bySite.keys()], devices: [...devices.keys()] };
  const schedule = (failure: ParsedSimulatorConfig["failures"][number], index: number, startedAt: number) => {
    const planned = plannedFailure(failure, index, names);
    if (!planned) return;
    later(Math.max(0, startedAt + planned.startMs - Date.now()), () => {
      command({ kind: planned.kind, target: planned.target });
      later(planned.endMs - planned.startMs, () => {
        command({ kind: "restore", target: planned.target });
        schedule(failure, index + 1, startedAt);
      });
    });
  };

  return {
    start() {
      const spreadMs = config.connectSpreadMs ?? Math.max(2_000, config.devices.length * 10);
      for (const device of devices.values()) device.start(random() * spreadMs);
      for (const failure of config.failures) schedule(failure, 0, Date.now());
    },
    command,
    status: () => summarise([...devices.values()].map(({ status }) => status)),
    deviceStatus: (id) => devices.get(id)?.status,
    async settle({ withinMs }) {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      command({ kind: "restore" });
      for (const device of devices.values()) device.endReports();
      const until = Date.now() + withinMs;
      const isWaiting = () => [...devices.values()].some(({ status }) => status.waiting > 0);
      while (isWaiting() && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
      return !isWaiting();
    },
    async stop() {
      for (const timer of timers) clearTimeout(timer);
      await Promise.all([...devices.values()].map((device) => device.stop()));
      ledger?.close();
    },
  };
}

function makeDevices(config: ParsedSimulatorConfig, ledger: Ledger | undefined, hooks: SimulatorHooks): Map<string, SimulatedDevice> {
  const replay = createReplay(loadWeather(), config);
  const address = { host: config.host, port: config.port, ...(config.ca && { tls: { ca: readFileSync(config.ca) } }) };
  const make = (device: ParsedSimulatorConfig["devices"][number]) =>
    new SimulatedDevice({
      ...config,
      device,
      address,
      replay,
      ledger,
      random: seededRandom(seedFor(config.seed, `life ${device.name}`)),
      onRefused: hooks.onRefused,
    });
  return new Map(config.devices.map((device) => [device.id, make(device)]));
}

function summarise(devices: readonly DeviceStatus[]): SimulatorStatus {
  const sum = (value: (device: DeviceStatus) => number) => devices.reduce((total, device) => total + value(device), 0);
  return {
    devices: devices.length,
    connected: sum(({ isConnected }) => Number(isConnected)),
    refused: sum(({ isRefused }) => Number(isRefused)),
    failing: sum(({ failure }) => Number(failure !== null)),
    sent: sum(({ sent }) => sent),
    acknowledged: sum(({ acknowledged }) => acknowledged),
    waiting: sum(({ waiting }) => waiting),
    dropped: sum(({ dropped }) => dropped),
  };
}
