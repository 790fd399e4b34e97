import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runClaim } from "@/device/agent/claim/run-claim";
import { readClaimCode } from "@/lib/protocol/claim-code";
import { createClaim } from "@/lib/server/claims/create-claim";
import { productBroker } from "../tokens/brokers";
import { openStage, type Stage } from "../tokens/stage";

const ROOT = path.resolve(import.meta.dirname, "../../..");
const AT_ONCE = 100;
/** Tried beyond the limit: each has to be turned away. */
const TOO_MANY = 50;
const WORKERS = 2;
const silent = { info() {}, warn() {}, error() {} };

/** So many devices come by one claim code, and some more try: broker and two workers are processes of their own, the devices are in this one. */
export async function claimCrowd(devices: number, say: (text: string) => void): Promise<Record<string, number>> {
  const stage = await openStage();
  const broker = await productBroker(stage);
  const workers = Array.from({ length: WORKERS }, () => startWorker(stage, broker.port));
  const folder = mkdtempSync(path.join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "sallyport-crowd-"));
  try {
    await Promise.all(workers.map(({ ready }) => ready));
    const made = await createClaim(stage.context, { name: "batch", uses: devices });
    const code = readClaimCode(made.code) ?? "";
    const one = (index: number) => {
      const own = path.join(folder, String(index));
      mkdirSync(own);
      return runClaim({ host: "127.0.0.1", port: broker.port, code, folder: own, log: silent });
    };
    await one(0);
    const startedAt = performance.now();
    let next = 1;
    let came = 1;
    const refused: string[] = [];
    const queue = async () => {
      for (let index = next++; index < devices + TOO_MANY; index = next++) {
        await one(index).then(
          () => came++,
          (error: unknown) => refused.push(error instanceof Error ? error.message : String(error)),
        );
        if ((came + refused.length) % 1_000 === 0) say(`${came} let in, ${refused.length} turned away`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, queue));
    const seconds = (performance.now() - startedAt) / 1_000;
    return { claimedDevices: came, claimsPerSecond: Math.round((came - 1) / seconds), ...(await countsOf(stage, made.claim.id, refused)) };
  } finally {
    for (const { child } of workers) child.kill("SIGKILL");
    await broker.kill();
    await stage.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the database says: each device once, and never one more than the claim allows. */
async function countsOf(stage: Stage, claimId: string, refused: readonly string[]): Promise<Record<string, number>> {
  const { prisma } = stage.context.database;
  const [claim, stored, devices, tokens, keys] = await Promise.all([
    prisma.claim.findUniqueOrThrow({ where: { id: claimId } }),
    prisma.enrolment.count({ where: { claimId, state: "stored" } }),
    prisma.device.count({ where: { fleetId: stage.fleetId } }),
    prisma.accessToken.count({ where: { fleetId: stage.fleetId, subjectKind: "device", revokedAt: null } }),
    prisma.contentKey.count({ where: { fleetId: stage.fleetId } }),
  ]);
  const turnedAway = refused.filter((message) => message.includes("(used_up)")).length;
  return {
    claimUsed: claim.used,
    enrolmentsStored: stored,
    devicesMade: devices,
    liveTokens: tokens,
    contentKeys: keys,
    turnedAway,
    otherFailures: refused.length - turnedAway,
  };
}

function startWorker(stage: Stage, port: number): { child: ChildProcess; ready: Promise<void> } {
  const { PATH, HOME } = process.env;
  const env = {
    NODE_ENV: "production" as const,
    PATH,
    HOME,
    LOG_LEVEL: "error",
    DATABASE_URL: stage.databaseUrl,
    DATA_DIR: stage.folder,
    MQTT_PORT: String(port),
  };
  const child = spawn(process.execPath, ["--import", "tsx", "services/worker/main.ts"], { cwd: ROOT, env, stdio: ["ignore", 2, 2, "ipc"] });
  const ready = new Promise<void>((resolve, reject) => {
    child.once("message", () => resolve());
    child.once("exit", (code) => reject(new Error(`the worker ended with ${code}`)));
  });
  return { child, ready };
}
