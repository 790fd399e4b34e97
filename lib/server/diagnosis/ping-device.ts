import { z } from "zod";
import { notFound, SallyportError } from "@/lib/base/errors";
import { newId } from "@/lib/base/ids";
import type { PingView } from "@/lib/domain/diagnosis/ping-view";
import { HEARTBEAT_LIMIT_MS } from "../presence/handle-broker-runs";
import { type WriteContext, writeVerb } from "../verb";
import { loadPing } from "./ping-row";

/** One device is not pinged more often ... */
const EVERY_MS = 10_000;
/** ... and one fleet not more than so many times within a minute. */
const PER_MINUTE = 30;

/** Asks a device to report at once. Answers what is known so far: GET tells what became of it. */
export const pingDevice = writeVerb({
  permission: "devices:ping",
  input: z.object({ deviceId: z.string().min(1).max(64) }),
  async run(ctx, { deviceId }): Promise<PingView> {
    const { tx, fleetId, now } = ctx;
    const device = await tx.device.findFirst({ where: { id: deviceId, fleetId }, select: { lifecycle: true, name: true } });
    if (!device) throw notFound("device");
    if (device.lifecycle === "retired") throw new SallyportError("conflict", `${device.name} is retired: nobody can answer.`);
    await checkRate(ctx, deviceId);
    const session = await openSession(ctx, deviceId);
    const row = {
      id: newId("command"),
      fleetId,
      at: now,
      by: ctx.actor.name,
      sentAt: null,
      sessionNumber: session?.number ?? null,
      sessionConnectedAt: session?.connectedAt ?? null,
      sessionAddress: session?.address ?? null,
    };
    await tx.devicePing.upsert({ where: { deviceId }, create: { deviceId, ...row }, update: row });
    await ctx.enqueue("device.ping", { deviceId, pingId: row.id });
    await ctx.audit({
      action: "device.pinged",
      objectKind: "device",
      objectId: deviceId,
      after: { pingId: row.id, session: session ? String(session.number) : null },
    });
    const ping = await loadPing(tx, fleetId, deviceId);
    if (!ping) throw notFound("ping");
    return ping;
  },
});

interface OpenSession {
  number: bigint;
  connectedAt: Date;
  address: string;
}

/** The session that a living broker has with it now. */
async function openSession({ tx, fleetId, now }: WriteContext, deviceId: string): Promise<OpenSession | undefined> {
  const [session] = await tx.$queryRaw<OpenSession[]>`
    select s.number, s.connected_at as "connectedAt", s.address from session s join broker_run r on r.id = s.broker_run_id
    where s.device_id = ${deviceId} and s.fleet_id = ${fleetId} and s.disconnected_at is null
      and r.ended_at is null and r.alive_at > ${new Date(now.getTime() - HEARTBEAT_LIMIT_MS)}
    order by s.number desc limit 1`;
  return session;
}

async function checkRate({ tx, fleetId, now }: WriteContext, deviceId: string): Promise<void> {
  const last = await tx.devicePing.findFirst({ where: { deviceId }, select: { at: true } });
  const waitMs = last ? last.at.getTime() + EVERY_MS - now.getTime() : 0;
  if (waitMs > 0) throw tooOften(Math.ceil(waitMs / 1000));
  const recent = await tx.devicePing.count({ where: { fleetId, at: { gt: new Date(now.getTime() - 60_000) } } });
  if (recent >= PER_MINUTE) throw tooOften(60);
}

function tooOften(retryAfterSeconds: number): SallyportError {
  return new SallyportError("rate_limited", `It was pinged just now. Again in ${retryAfterSeconds} s.`, { retryAfterSeconds });
}
