import { spawn } from "node:child_process";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { agentBundle } from "@/lib/testing/agent-bundle";
import { type ClaimStage, claimStage } from "@/lib/testing/claim-stage";
import { cuttingProxy } from "@/lib/testing/cutting-proxy";

/** The real agent as a process of its own, killed with `kill -9` at each packet of its way in, and started again. */
let stage: ClaimStage;
let bundle: Awaited<ReturnType<typeof agentBundle>>;
beforeAll(async () => {
  [stage, bundle] = await Promise.all([claimStage(), agentBundle()]);
});
afterAll(async () => {
  bundle.remove();
  await stage.close();
});

const AT_ONCE = 5;
/** A process of ours has to start first, on a machine that may be busy. */
const eventually = <T>(check: () => Promise<T>) => vi.waitFor(check, { timeout: 90_000, interval: 50 });

function startAgent(code: string, port: number, folder: string) {
  const args = [bundle.file, "claim", code, "--host", "127.0.0.1", "--port", String(port), "--state", folder, "--interval", "1"];
  const child = spawn(process.execPath, args, { stdio: "ignore" });
  const ended = new Promise<void>((resolve) => void child.once("exit", () => resolve()));
  return { kill: () => child.kill("SIGKILL"), ended };
}

/** One device, whatever happened on the way: one token that holds, one key, one use, and its point is stored. */
async function provisionedOnce(claimId: string): Promise<void> {
  const { prisma } = stage.db.database;
  const device = await eventually(async () => {
    const [enrolment, second] = await prisma.enrolment.findMany({ where: { claimId } });
    expect(second).toBeUndefined();
    expect(enrolment).toMatchObject({ state: "stored", deviceId: expect.any(String) });
    expect(await prisma.latestMeasurement.count({ where: { deviceId: enrolment?.deviceId ?? "" } })).toBeGreaterThan(0);
    return enrolment?.deviceId ?? "";
  });
  expect(await prisma.claim.findUnique({ where: { id: claimId } })).toMatchObject({ used: 1 });
  expect(await prisma.accessToken.count({ where: { deviceId: device, revokedAt: null } })).toBe(1);
  expect(await prisma.contentKey.findMany({ where: { deviceId: device }, select: { version: true } })).toEqual([{ version: 1 }]);
  expect(await prisma.deviceIdentity.count({ where: { deviceId: device } })).toBe(1);
  // Nothing of it was ever refused or sent in the open.
  expect(await prisma.rejectedMessage.findMany({ where: { deviceId: device } })).toEqual([]);
}

/** Killed when its packet number `cutAt` comes by, and started again. */
async function cutAndGoOn(cutAt: number): Promise<void> {
  const { claim, code } = await stage.claim();
  const folder = stage.folder();
  let victim: ReturnType<typeof startAgent> | undefined;
  const cut = new Promise<void>((resolve) => {
    void cuttingProxy({
      to: stage.port,
      cutAt,
      onCut() {
        victim?.kill();
        resolve();
      },
    }).then((proxy) => {
      victim = startAgent(code, proxy.port, folder);
      void victim.ended.then(() => proxy.close());
    });
  });
  await cut;
  await victim?.ended;
  const again = startAgent(code, stage.port, folder);
  await provisionedOnce(claim.id);
  again.kill();
  await again.ended;
}

test("killed at every packet, it always ends provisioned exactly once", { timeout: 600_000 }, async () => {
  const devicesBefore = await stage.db.database.prisma.device.count();
  const unharmed = await cuttingProxy({ to: stage.port });
  const first = await stage.claim();
  const agent = startAgent(first.code, unharmed.port, stage.folder());
  await provisionedOnce(first.claim.id);
  agent.kill();
  await agent.ended;
  await unharmed.close();
  const telemetry = unharmed.seen.indexOf("up connect", 1) + 6;
  expect(unharmed.seen.slice(0, 4)).toEqual(["up connect", "down connack", "up subscribe", "down suback"]);

  // Several devices at once: each waits for the others' turns rather than for nothing.
  const cuts = Array.from({ length: telemetry }, (_, index) => index + 1);
  const turns = Array.from({ length: AT_ONCE }, async () => {
    for (let cutAt = cuts.shift(); cutAt !== undefined; cutAt = cuts.shift()) await cutAndGoOn(cutAt);
  });
  await Promise.all(turns);
  expect(await stage.db.database.prisma.device.count()).toBe(devicesBefore + 1 + telemetry);
});
