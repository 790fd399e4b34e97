import type { RotationDetail, RotationDeviceView } from "@/lib/domain/encryption/rotation-view";
import { getRotation } from "@/lib/server/encryption/get-rotation";
import { listRotationDevices } from "@/lib/server/encryption/list-rotation-devices";
import { rotateKeys } from "@/lib/server/encryption/rotate-keys";
import type { TestDatabase } from "./database";
import { type EncryptionStage, encryptionStage } from "./encryption-stage";
import { type RealProcess, startProcess } from "./real-process";
import { replayCaptured } from "./replay-captured";

/** What the scenario needs of the simulator; handed in, because this room does not know it. */
interface Simulator {
  start(): void;
  command(command: { kind: "no_token"; target: { device: string } } | { kind: "restore" }): void;
  deviceStatus(id: string): { acknowledged: number; dropped: number; keyVersion: number | null } | undefined;
  settle(options: { withinMs: number }): Promise<boolean>;
  stop(): Promise<void>;
}

interface SimulatedDevice {
  id: string;
  name: string;
  site: string;
  instrument: "pump";
  intervalSeconds: number;
  encryption: "required";
  token: string;
}

export interface RotationRun {
  devices: number;
  awayShare: number;
  intervalSeconds: number;
  canaryCount: number;
  wavePercent: number;
  createSimulator(config: {
    host: string;
    port: number;
    fleet: string;
    seed: number;
    connectSpreadMs: number;
    restoreSpreadMs: number;
    devices: SimulatedDevice[];
  }): Simulator;
  say?(text: string): void;
  /** Default: a fresh database of the test run. */
  db?: TestDatabase;
}

export interface RotationFigures {
  rotatedDevices: number;
  /** From its begin until every device that is there uses its new key on the wire, with the worker killed in between. */
  rotationSeconds: number;
  /** From the return of those that were away until all use it. */
  returnSeconds: number;
  messages: number;
  undecryptable: number;
  lost: number;
  replaysTried: number;
  replaysAccepted: number;
  laggardChecks: number;
  /** Looks at which a device was listed wrongly, or one was missing. */
  laggardErrors: number;
  waves: number;
}

/**
 * A fleet publishes, sealed; a share of it is away with messages of its own in its buffer; the keys of all are rotated in waves, and
 * the worker is killed (SIGKILL) in the middle and started again. Then those that were away come back.
 */
export async function runRotationScenario(run: RotationRun): Promise<RotationFigures> {
  const stage = await encryptionStage({ worker: false, ...(run.db && { db: run.db }) });
  const say = run.say ?? (() => {});
  let worker = await startWorkerProcess(stage);
  let simulator: Simulator | undefined;
  try {
    const { heard } = await stage.eavesdropper();
    const devices = await makeDevices(stage, run);
    simulator = run.createSimulator({
      host: "127.0.0.1",
      port: stage.port,
      fleet: stage.fleetId,
      seed: 1,
      connectSpreadMs: run.devices * 20,
      restoreSpreadMs: 2_000,
      devices,
    });
    simulator.start();
    const counts = keyCounts(stage);
    await until(
      async () => (await counts("active")) === run.devices,
      () => `every device seals; active: ${String(run.devices)}`,
    );
    say(`${run.devices} devices seal`);
    const away = new Set(devices.filter((_, index) => index < run.devices * run.awayShare).map(({ id }) => id));
    for (const device of away) simulator.command({ kind: "no_token", target: { device } });
    await until(
      async () => (await stage.db.database.prisma.presence.count({ where: { state: "offline" } })) === away.size,
      () => "those away are offline",
    );
    say(`${away.size} are away and go on measuring; the rotation begins`);

    const startedAt = performance.now();
    const plan = { canaryCount: run.canaryCount, wavePercent: run.wavePercent, abortPercent: 0, overlapSeconds: 86_400 };
    const { rotationId, devices: rotatedDevices } = await rotateKeys(stage.context, { ...plan, reason: "scenario" });
    const watch = laggardWatch(stage, rotationId, away);
    await until(
      async () => (await watch.look()).usedOnWire * 3 >= rotatedDevices,
      () => `a third uses it; ${watch.words()}`,
    );
    say(`a third uses its new key; the worker is killed. ${watch.words()}`);
    await worker.kill();
    const before = watch.last();
    await watch.look();
    worker = await startWorkerProcess(stage);
    await until(
      async () => isConverged(await watch.look(), away.size),
      () => `all that are there use it; ${watch.words()}`,
    );
    const rotationSeconds = seconds(startedAt);
    say(`all that are there use it: ${rotationSeconds} s (the worker was killed at wave ${before?.wave ?? 0})`);

    const backAt = performance.now();
    simulator.command({ kind: "restore" });
    away.clear();
    await until(
      async () => (await watch.look()).state === "finished",
      () => `everybody is settled; ${watch.words()}`,
    );
    const returnSeconds = seconds(backAt);
    if (!(await simulator.settle({ withinMs: 60_000 }))) throw new Error("messages are still waiting");
    const statuses = devices.map(({ id }) => simulator?.deviceStatus(id));
    await simulator.stop();
    const stored = await messagesStored(stage);
    const lost = statuses.reduce(
      (sum, status, index) => sum + Math.abs((status?.acknowledged ?? 0) - (stored.get(devices[index]?.id ?? "") ?? 0)) + (status?.dropped ?? 0),
      0,
    );
    const undecryptable = await refusedMessages(stage);
    say("every message is accounted for; captured ones are sent again");
    const replays = await replayCaptured(stage, devices, heard);
    const messages = [...stored.values()].reduce((sum, count) => sum + count, 0);
    return {
      rotatedDevices,
      rotationSeconds,
      returnSeconds,
      messages,
      undecryptable,
      lost,
      ...replays,
      ...watch.figures(),
      waves: watch.last()?.waveCount ?? 0,
    };
  } finally {
    await simulator?.stop().catch(() => {});
    await worker.kill();
    await stage.close();
  }
}

function startWorkerProcess(stage: EncryptionStage): Promise<RealProcess> {
  return startProcess(process.execPath, ["--import", "tsx", "services/worker/main.ts"], {
    env: stage.processEnv,
    ready: (output) => output.includes("connected to the broker"),
    limitMs: 60_000,
  });
}

async function makeDevices(stage: EncryptionStage, { devices, intervalSeconds }: RotationRun): Promise<SimulatedDevice[]> {
  const made: SimulatedDevice[] = [];
  for (let number = 0; number < devices; number++) {
    const { id, token } = await stage.device("required");
    made.push({ id, name: `d${number}`, site: "Site", instrument: "pump", intervalSeconds, encryption: "required", token });
  }
  return made;
}

const keyCounts = (stage: EncryptionStage) => (state: "active") => stage.db.database.prisma.contentKey.count({ where: { state } });

function isConverged({ waitsFor, usedOnWire, devices, state }: RotationDetail, away: number): boolean {
  return state === "finished" || (waitsFor === "laggards" && usedOnWire === devices - away);
}

/** Looks at the rotation as the page does, and checks each time that who is listed as lagging, with why, is so. */
function laggardWatch(stage: EncryptionStage, rotationId: string, away: ReadonlySet<string>) {
  let last: RotationDetail | undefined;
  let laggardChecks = 0;
  let laggardErrors = 0;
  const isWrong = ({ deviceId, outcome, why, firstSeenAt }: RotationDeviceView) =>
    outcome === "used" ? away.has(deviceId) || firstSeenAt === null : outcome !== "planned" && away.size > 0 && (why === "offline") !== away.has(deviceId);
  return {
    async look(): Promise<RotationDetail> {
      const detail = await getRotation(stage.context, { rotationId });
      const { items, total } = await listRotationDevices(stage.context, { rotationId, limit: 500 });
      laggardChecks += items.length;
      laggardErrors += items.filter(isWrong).length + (items.length === Math.min(total, 500) ? 0 : 1);
      const { planned, waiting, announced, received, usedOnWire, failed, superseded } = detail;
      if (planned + waiting + announced + received + usedOnWire + failed + superseded !== detail.devices) laggardErrors++;
      last = detail;
      return detail;
    },
    last: () => last,
    words: () => `wave ${last?.wave} of ${last?.waveCount}, used ${last?.usedOnWire}, away ${last?.away}, failed ${last?.failed}, waits for ${last?.waitsFor}`,
    figures: () => ({ laggardChecks, laggardErrors }),
  };
}

/** Messages in the store by device. */
async function messagesStored({ db }: EncryptionStage): Promise<Map<string, number>> {
  const { rows } = await db.database.pool.query<{ id: string; count: number }>(
    "select device_id as id, count(distinct seq)::int as count from measurement group by device_id",
  );
  return new Map(rows.map(({ id, count }) => [id, count]));
}

/** Refused for any reason but one: what came again after a lost acknowledgement was stored the first time. */
async function refusedMessages({ db }: EncryptionStage): Promise<number> {
  const { _sum } = await db.database.prisma.rejectedMessage.aggregate({ where: { reason: { not: "replayed_sequence" } }, _sum: { count: true } });
  return _sum.count ?? 0;
}

const seconds = (since: number) => Math.round((performance.now() - since) / 100) / 10;
const GIVE_UP_MS = 300_000;

async function until(check: () => Promise<boolean>, what: () => string): Promise<void> {
  const deadline = performance.now() + GIVE_UP_MS;
  while (!(await check())) {
    if (performance.now() > deadline) throw new Error(`Waited too long until: ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
