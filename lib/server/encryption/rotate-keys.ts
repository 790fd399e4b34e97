import { randomBytes } from "node:crypto";
import { notFound, SallyportError } from "@/lib/base/errors";
import { newId } from "@/lib/base/ids";
import { nextKeyState, OPENING_STATES } from "@/lib/domain/encryption/key-state";
import { rotateKeysInputSchema } from "@/lib/domain/encryption/key-view";
import { deviceIdsMatching } from "../devices/match-devices";
import { type WriteContext, writeVerb } from "../verb";

const MOST_DEVICES = 20_000;
const DEVICES_PER_DELIVERY = 200;

/**
 * Gives devices a new version of their content key, now. They use it once they have it; the version before is taken beside it
 * until nobody is seen with it any more, or the overlap has passed. Devices that have no key pair yet, or need none, are left out.
 */
export const rotateKeys = writeVerb({
  permission: "keys:rotate",
  input: rotateKeysInputSchema,
  async run(ctx, { deviceId, query, reason, overlapSeconds }): Promise<{ rotationId: string; devices: number }> {
    const chosen = await chooseDevices(ctx, { deviceId, query });
    const devices = await lockDevices(ctx, chosen);
    if (devices.length === 0)
      throw new SallyportError("invalid_input", "None of these devices has a content key to rotate.", {
        hint: "A device gets its first key when its profile asks for encryption and its agent has shown its public key.",
      });
    const rotationId = newId("keyRotation");
    const target = deviceId !== undefined ? { deviceId } : query !== undefined ? { query } : {};
    await ctx.tx.keyRotation.create({
      data: {
        id: rotationId,
        fleetId: ctx.fleetId,
        target,
        reason,
        overlapSeconds,
        startedAt: ctx.now,
        startedBy: ctx.actor.name,
        deviceCount: devices.length,
      },
    });
    await replaceKeys(ctx, devices, { rotationId, overlapSeconds });
    await ctx.audit({
      action: "keys.rotated",
      objectKind: "keyRotation",
      objectId: rotationId,
      after: { ...target, reason, overlapSeconds, devices: devices.length },
    });
    for (let start = 0; start < devices.length; start += DEVICES_PER_DELIVERY)
      await ctx.enqueue("key.deliver", { deviceIds: devices.slice(start, start + DEVICES_PER_DELIVERY).map(({ id }) => id) });
    return { rotationId, devices: devices.length };
  },
});

/** Undefined: the whole fleet. */
async function chooseDevices(ctx: WriteContext, { deviceId, query }: { deviceId?: string; query?: string }): Promise<string[] | undefined> {
  if (query !== undefined) return deviceIdsMatching(ctx.tx, ctx.fleetId, query, ctx.now, MOST_DEVICES);
  if (deviceId === undefined) return undefined;
  const device = await ctx.tx.device.findFirst({ where: { id: deviceId, fleetId: ctx.fleetId }, select: { id: true } });
  if (!device) throw notFound("device");
  return [device.id];
}

/** Those that have a key, in one order, so that two rotations wait for each other instead of blocking each other. */
async function lockDevices(ctx: WriteContext, chosen: string[] | undefined): Promise<{ id: string; newest: number }[]> {
  const locked = await ctx.tx.$queryRaw<{ id: string }[]>`
    select k.device_id as id from device_key k join device d on d.id = k.device_id
    where d.fleet_id = ${ctx.fleetId} and d.lifecycle = 'active' and (${chosen === undefined} or d.id = any(${chosen ?? []}))
    order by k.device_id for update of k`;
  return ctx.tx.$queryRaw<{ id: string; newest: number }[]>`
    select device_id as id, max(version)::int as newest from content_key where device_id = any(${locked.map(({ id }) => id)}) group by device_id order by device_id`;
}

async function replaceKeys(
  ctx: WriteContext,
  devices: readonly { id: string; newest: number }[],
  made: { rotationId: string; overlapSeconds: number },
): Promise<void> {
  const ids = devices.map(({ id }) => id);
  const { contentKey } = ctx.tx;
  // What a device never had goes; what it may have sealed with stays, as long as this rotation says.
  const gone = nextKeyState("next", "replaced", false);
  await contentKey.updateMany({
    where: { deviceId: { in: ids }, state: "next", receivedAt: null, firstSeenAt: null },
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
