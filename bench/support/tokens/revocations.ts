import { revokeToken } from "@/lib/server/tokens";
import { startWorker, type Worker } from "../worker";
import { type BrokerProcess, productBroker } from "./brokers";
import type { Seen } from "./crowd-member";
import type { CrowdLoad } from "./crowd-process";
import { machineMs, percentile } from "./figures";
import type { GrantedLogin, Stage } from "./stage";

const LIVE = 1_000;
const ONE_BY_ONE = 500;
const AT_ONCE = 450;
const MESSAGES_PER_SECOND = 1_000;
const RESTART_AFTER_MS = 100;
const SETTLED_MS = 5_000;

interface Revocation {
  index: number;
  calledAt: number;
  answeredAt: number;
}

/**
 * A thousand devices are connected and talk, 1,000 messages a second up and down. 500 tokens are revoked one after the other; then
 * 450 at once, and 100 ms later the broker is killed and started again. Right behind each answer a message is sent to the
 * device and, if it still can, by it. The last 50 are not revoked: they show that the others could have come back.
 */
export async function measureRevocations(stage: Stage): Promise<Record<string, number>> {
  const devices = await stage.devices(LIVE);
  const [service = { clientId: "" }] = await stage.services(1, () => [{ permission: "allow", action: "publish", topic: `sp/v1/${stage.fleetId}/+/down/#` }]);
  let broker = await productBroker(stage);
  const crowd = startWorker<CrowdLoad>(new URL("./crowd-process.ts", import.meta.url));
  try {
    const fleet = { port: broker.port, fleetId: stage.fleetId, devices, service, messagesPerSecond: MESSAGES_PER_SECOND };
    await crowd.call("join", fleet);
    const sessions = connectedOf(await crowd.call("report", undefined)).length;

    const revoked: Revocation[] = [];
    for (let index = 0; index < ONE_BY_ONE; index++) revoked.push(await revoke(stage, crowd, devices, index));
    const cut = await untilCut(crowd, revoked);
    await mustBeRefused(crowd, broker, revoked);

    const second = await revokeAndRestart(stage, crowd, devices, broker);
    broker = second.broker;
    revoked.push(...second.revoked);
    await mustBeRefused(crowd, broker, revoked);
    const seen = await crowd.call("report", undefined);
    const controls = connectedOf(seen).filter((index) => index >= ONE_BY_ONE + AT_ONCE);
    if (controls.length !== LIVE - ONE_BY_ONE - AT_ONCE) throw new Error(`only ${controls.length} of those who may are connected again`);
    return { sessions, ...cutFigures(cut), ...aftermath(seen, revoked) };
  } finally {
    await crowd.stop();
    await broker.kill();
  }
}

async function revoke(stage: Stage, crowd: Worker<CrowdLoad>, devices: readonly GrantedLogin[], index: number): Promise<Revocation> {
  const calledAt = machineMs();
  await revokeToken(stage.context, { tokenId: devices[index]?.tokenId ?? "", reason: "bench" });
  const answeredAt = machineMs();
  await crowd.call("probe", [index]);
  return { index, calledAt, answeredAt };
}

async function revokeAndRestart(stage: Stage, crowd: Worker<CrowdLoad>, devices: readonly GrantedLogin[], broker: BrokerProcess) {
  const revoking = revokeMany(stage, crowd, devices);
  revoking.catch(() => {}); // Awaited below, after the restart.
  await new Promise((resolve) => setTimeout(resolve, RESTART_AFTER_MS));
  await broker.kill();
  // Everybody wants in again while the broker starts, as devices do.
  const back = crowd.call("comeBack", { port: broker.port, indexes: devices.map((_, index) => index) });
  const again = await productBroker(stage, broker.port);
  await back;
  return { broker: again, revoked: await revoking };
}

/** As many at a time as there are connections to Postgres. */
async function revokeMany(stage: Stage, crowd: Worker<CrowdLoad>, devices: readonly GrantedLogin[]): Promise<Revocation[]> {
  const waiting = Array.from({ length: AT_ONCE }, (_, at) => ONE_BY_ONE + at);
  const revoked: Revocation[] = [];
  const next = async (): Promise<void> => {
    for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) revoked.push(await revoke(stage, crowd, devices, index));
  };
  await Promise.all(Array.from({ length: stage.connections }, next));
  return revoked;
}

/** What each of them saw once all are cut, or after a while. */
async function untilCut(crowd: Worker<CrowdLoad>, revoked: readonly Revocation[]): Promise<{ revocation: Revocation; seen: Seen | undefined }[]> {
  const deadline = machineMs() + SETTLED_MS;
  for (;;) {
    const seen = await crowd.call("report", undefined);
    const all = revoked.map((revocation) => ({ revocation, seen: seen[revocation.index] }));
    if (all.every((one) => !one.seen?.connected) || machineMs() > deadline) return all;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** They try to come back, and are sent something. */
async function mustBeRefused(crowd: Worker<CrowdLoad>, { port }: BrokerProcess, revoked: readonly Revocation[]): Promise<void> {
  const seen = await crowd.call("report", undefined);
  const indexes = revoked.map(({ index }) => index);
  await crowd.call("comeBack", { port, indexes: indexes.filter((index) => !seen[index]?.connected) });
  await crowd.call("probe", indexes);
  // Long enough for what was sent last to be committed and acknowledged.
  await new Promise((resolve) => setTimeout(resolve, 500));
}

function connectedOf(seen: readonly Seen[]): number[] {
  return [...seen.keys()].filter((index) => seen[index]?.connected);
}

function cutFigures(cut: Awaited<ReturnType<typeof untilCut>>): Record<string, number> {
  const since = (from: "calledAt" | "answeredAt") => cut.map(({ revocation, seen }) => (seen?.closedAt ?? Number.POSITIVE_INFINITY) - revocation[from]);
  const [call, answer] = [since("calledAt"), since("answeredAt")];
  return {
    revokeToCutMsP50: percentile(call, 50),
    revokeToCutMsP99: percentile(call, 99),
    revokeAnswerToCutMsP50: percentile(answer, 50),
    revokeAnswerToCutMsP99: percentile(answer, 99),
  };
}

function aftermath(seen: readonly Seen[], revoked: readonly Revocation[]): Record<string, number> {
  const after = (what: "deliveredSentAt" | "acceptedSentAt") =>
    revoked.reduce((sum, { index, answeredAt }) => sum + (seen[index]?.[what] ?? []).filter((sentAt) => sentAt > answeredAt).length, 0);
  return {
    deliveredAfterRevoke: after("deliveredSentAt"),
    acceptedAfterRevoke: after("acceptedSentAt"),
    stillConnected: revoked.filter(({ index }) => seen[index]?.connected).length,
  };
}
