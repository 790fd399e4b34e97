import { changeDeviceInputSchema, type DeviceRow } from "@/lib/domain/devices/device-view";
import { isUniqueViolation } from "@/lib/server/database/unique-violation";
import { revokeTokensOfDevice } from "@/lib/server/tokens";
import { type WriteContext, writeVerb } from "@/lib/server/verb";
import type { DeviceUncheckedUpdateInput } from "@/prisma/generated/models";
import { lockClaimsOf } from "./close-enrolments";
import { decommission } from "./decommission";
import { lockedDevice } from "./locked-device";
import { assertNameIsFree, gatewayNamed, nameTaken, profileNamed, siteNamed } from "./place-device";

/**
 * Changes what people say about a device. Suspending or retiring it takes all its tokens back, and is answered when
 * brokers have cut it off. Back to active it needs a new token.
 */
export const changeDevice = writeVerb({
  permission: "devices:write",
  input: changeDeviceInputSchema,
  async run(ctx, { deviceId, ...change }): Promise<{ device: { id: string; lifecycle: DeviceRow["lifecycle"] }; revokedTokens: number }> {
    if (change.lifecycle === "retired") await lockClaimsOf(ctx, deviceId);
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
    if (change.lifecycle !== undefined && change.lifecycle !== "retired") data.lifecycle = change.lifecycle;
    if (change.tags !== undefined) await replaceTags(ctx, deviceId, change.tags);
    const device = await ctx.tx.device.update({ where: { id: deviceId }, data, select: { id: true, lifecycle: true } }).catch((error: unknown) => {
      throw isUniqueViolation(error) ? nameTaken(change.name ?? before.name) : error;
    });
    const revokedTokens = await carryOutLifecycle(ctx, deviceId, before.lifecycle, change.lifecycle);
    // Retiring is told by the record of what it did.
    const { lifecycle, ...rest } = change;
    const told = lifecycle === "retired" ? rest : change;
    if (Object.keys(told).length > 0)
      await ctx.audit({ action: "device.changed", objectKind: "device", objectId: deviceId, before: picked(before, told), after: told });
    return { device: { id: device.id, lifecycle: lifecycle ?? device.lifecycle }, revokedTokens };
  },
});

/** What a change of lifecycle takes with it. Answers how many tokens were taken back. */
async function carryOutLifecycle(
  ctx: WriteContext,
  deviceId: string,
  before: DeviceRow["lifecycle"],
  after: DeviceRow["lifecycle"] | undefined,
): Promise<number> {
  if (after === "retired") return (await decommission(ctx, { deviceId, lifecycle: before })).tokens;
  if (after === "suspended" && before !== "suspended") return (await revokeTokensOfDevice(ctx, { deviceId, reason: "device suspended" })).tokens;
  if (after !== undefined && before === "retired") await ctx.enqueue("presence.publish", { deviceIds: [deviceId] });
  return 0;
}

async function replaceTags(ctx: WriteContext, deviceId: string, tags: Record<string, string>): Promise<void> {
  await ctx.tx.tag.deleteMany({ where: { deviceId } });
  await ctx.tx.tag.createMany({ data: Object.entries(tags).map(([key, value]) => ({ deviceId, key, value })) });
}

/** Of the old values, those that were asked to change. */
function picked(before: object, change: object): object {
  return Object.fromEntries(Object.entries(before).filter(([key]) => Object.hasOwn(change, key) && (change as Record<string, unknown>)[key] !== undefined));
}
