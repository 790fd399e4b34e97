import { notFound } from "@/lib/base/errors";
import { changeDeviceInputSchema, type DeviceRow } from "@/lib/domain/devices/device-view";
import { isUniqueViolation } from "@/lib/server/database/unique-violation";
import { retireKeysOf } from "@/lib/server/encryption/retire-keys";
import { revokeTokensOfDevice } from "@/lib/server/tokens";
import { type WriteContext, writeVerb } from "@/lib/server/verb";
import type { DeviceUncheckedUpdateInput } from "@/prisma/generated/models";
import { assertNameIsFree, gatewayNamed, nameTaken, profileNamed, siteNamed } from "./place-device";

/**
 * Changes what people say about a device. Suspending or retiring it takes all its tokens back, and is answered when
 * brokers have cut it off. Back to active it needs a new token.
 */
export const changeDevice = writeVerb({
  permission: "devices:write",
  input: changeDeviceInputSchema,
  async run(ctx, { deviceId, ...change }): Promise<{ device: { id: string; lifecycle: DeviceRow["lifecycle"] }; revokedTokens: number }> {
    const before = await lockedDevice(ctx, deviceId);
    const data: DeviceUncheckedUpdateInput = {};
    if (change.name !== undefined && change.name !== before.name) {
      await assertNameIsFree(ctx, change.name, deviceId);
      data.name = change.name;
    }
    if (change.site !== undefined) data.siteId = change.site === null ? null : await siteNamed(ctx, change.site);
    if (change.profile !== undefined) data.profileId = await profileNamed(ctx, change.profile);
    if (change.note !== undefined) data.note = change.note;
    if (change.gateway !== undefined) data.gatewayId = change.gateway === null ? null : await gatewayNamed(ctx, change.gateway, deviceId);
    if (change.firmware !== undefined) data.firmware = change.firmware;
    if (change.lifecycle !== undefined) data.lifecycle = change.lifecycle;
    if (change.tags !== undefined) await replaceTags(ctx, deviceId, change.tags);
    const device = await ctx.tx.device.update({ where: { id: deviceId }, data, select: { id: true, lifecycle: true } }).catch((error: unknown) => {
      throw isUniqueViolation(error) ? nameTaken(change.name ?? before.name) : error;
    });
    const cutOff = before.lifecycle !== device.lifecycle && (device.lifecycle === "suspended" || device.lifecycle === "retired");
    const revoked = cutOff ? await revokeTokensOfDevice(ctx, { deviceId, reason: `device ${device.lifecycle}` }) : [];
    // Who follows the fleet live forgets the device; the worker knows the topic.
    if (device.lifecycle === "retired" && before.lifecycle !== "retired") await ctx.enqueue("device.clear_retained", { deviceIds: [deviceId] });
    // Its key is not worth anything to whoever has it now; back in service it is given another.
    if (device.lifecycle === "retired" && before.lifecycle !== "retired") await retireKeysOf(ctx, deviceId);
    if (before.lifecycle === "retired" && device.lifecycle !== "retired") await ctx.enqueue("presence.publish", { deviceIds: [deviceId] });
    await ctx.audit({ action: "device.changed", objectKind: "device", objectId: deviceId, before: picked(before, change), after: change });
    return { device, revokedTokens: revoked.length };
  },
});

/** Two changes of one device are made one after the other: what is audited as `before` was so. */
async function lockedDevice(ctx: WriteContext, deviceId: string) {
  await ctx.tx.$queryRaw`select 1 from device where id = ${deviceId} and fleet_id = ${ctx.fleetId} for update`;
  const device = await ctx.tx.device.findFirst({
    where: { id: deviceId, fleetId: ctx.fleetId },
    select: {
      name: true,
      note: true,
      firmware: true,
      lifecycle: true,
      site: { select: { name: true } },
      profile: { select: { name: true } },
      gateway: { select: { name: true } },
      tags: true,
    },
  });
  if (!device) throw notFound("device");
  return {
    name: device.name,
    note: device.note,
    firmware: device.firmware,
    lifecycle: device.lifecycle,
    site: device.site?.name ?? null,
    profile: device.profile.name,
    gateway: device.gateway?.name ?? null,
    tags: Object.fromEntries(device.tags.map(({ key, value }) => [key, value])),
  };
}

async function replaceTags(ctx: WriteContext, deviceId: string, tags: Record<string, string>): Promise<void> {
  await ctx.tx.tag.deleteMany({ where: { deviceId } });
  await ctx.tx.tag.createMany({ data: Object.entries(tags).map(([key, value]) => ({ deviceId, key, value })) });
}

/** Of the old values, those that were asked to change. */
function picked(before: object, change: object): object {
  return Object.fromEntries(Object.entries(before).filter(([key]) => Object.hasOwn(change, key) && (change as Record<string, unknown>)[key] !== undefined));
}
