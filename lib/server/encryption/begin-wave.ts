import { randomBytes } from "node:crypto";
import { nextKeyState, OPENING_STATES } from "@/lib/domain/encryption/key-state";
import type { Transaction } from "../database/client";
import type { WriteContext } from "../verb";

const DEVICES_PER_DELIVERY = 200;

export interface WaveOf {
  rotationId: string;
  overlapSeconds: number;
}

/**
 * Gives the devices of one wave their next version, within the transaction that says that the wave has begun: either all of it
 * happened or nothing. Devices that are no longer to get one are marked as skipped. Answers how many got one.
 */
export async function beginWave(ctx: WriteContext, { rotationId, overlapSeconds }: WaveOf, wave: number): Promise<number> {
  await lockKeysOf(
    ctx.tx,
    (await ctx.tx.keyRotationDevice.findMany({ where: { rotationId, wave }, select: { deviceId: true } })).map(({ deviceId }) => deviceId),
  );
  // Only now, with the lock: a newer rotation may have taken some of them over meanwhile.
  const devices = await ctx.tx.$queryRaw<{ id: string; newest: number }[]>`
    select k.device_id as id, max(k.version)::int as newest
    from key_rotation_device rd join device d on d.id = rd.device_id and d.lifecycle = 'active' join content_key k on k.device_id = d.id
    where rd.rotation_id = ${rotationId} and rd.wave = ${wave} and rd.version is null and rd.skipped_at is null
    group by k.device_id order by k.device_id`;
  await replaceKeys(ctx, devices, { rotationId, overlapSeconds });
  await ctx.tx.$executeRaw`
    update key_rotation_device rd set version = n.version
    from unnest(${devices.map(({ id }) => id)}::text[], ${devices.map(({ newest }) => newest + 1)}::int[]) as n(device_id, version)
    where rd.rotation_id = ${rotationId} and rd.device_id = n.device_id`;
  await ctx.tx.keyRotationDevice.updateMany({ where: { rotationId, wave, version: null, skippedAt: null }, data: { skippedAt: ctx.now } });
  await enqueueDeliveries(
    ctx,
    devices.map(({ id }) => id),
  );
  return devices.length;
}

/** Whoever makes a version of a device's key holds this; in one order, so that two wait for each other instead of blocking each other. */
export async function lockKeysOf(tx: Transaction, deviceIds: readonly string[]): Promise<void> {
  await tx.$queryRaw`select 1 from device_key where device_id = any(${deviceIds}) order by device_id for update`;
}

export async function enqueueDeliveries(ctx: WriteContext, deviceIds: readonly string[]): Promise<void> {
  for (let start = 0; start < deviceIds.length; start += DEVICES_PER_DELIVERY)
    await ctx.enqueue("key.deliver", { deviceIds: deviceIds.slice(start, start + DEVICES_PER_DELIVERY) });
}

async function replaceKeys(ctx: WriteContext, devices: readonly { id: string; newest: number }[], made: WaveOf): Promise<void> {
  const ids = devices.map(({ id }) => id);
  const { contentKey } = ctx.tx;
  // What was never sent to a device goes; what it may have sealed with stays, as long as this rotation says.
  const gone = nextKeyState("next", "replaced", false);
  await contentKey.updateMany({
    where: { deviceId: { in: ids }, state: "next", announcedAt: null, receivedAt: null, firstSeenAt: null },
    data: { state: gone, retiredAt: ctx.now },
  });
  await contentKey.updateMany({ where: { deviceId: { in: ids }, state: { in: [...OPENING_STATES] } }, data: { overlapSeconds: made.overlapSeconds } });
  await contentKey.createMany({
    data: devices.map(({ id, newest }) => ({
      ...made,
      deviceId: id,
      fleetId: ctx.fleetId,
      version: newest + 1,
      keyWrapped: ctx.secrets.wrap(randomBytes(32)),
      createdAt: ctx.now,
    })),
  });
}
