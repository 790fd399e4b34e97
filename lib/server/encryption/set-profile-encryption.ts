import { notFound } from "@/lib/base/errors";
import { newId } from "@/lib/base/ids";
import { type ProfileView, setProfileEncryptionInputSchema } from "@/lib/domain/devices/site-view";
import { profileView } from "../devices/profile-view";
import { refuseWhenSealed } from "../sealed/custody";
import { type WriteContext, writeVerb } from "../verb";

const DEVICES_PER_DELIVERY = 200;

/** Says whether the devices of a profile encrypt. Turned on, those that have shown a public key are sent their first key. */
export const setProfileEncryption = writeVerb({
  permission: "keys:rotate",
  input: setProfileEncryptionInputSchema,
  async run(ctx, { profileId, encryption }): Promise<ProfileView> {
    const profile = await ctx.tx.profile.findFirst({
      where: { id: profileId, fleetId: ctx.fleetId },
      include: { devices: { where: { lifecycle: { not: "retired" } }, select: { id: true, deviceKey: { select: { deviceId: true } } } } },
    });
    if (!profile) throw notFound("profile");
    const { id, devices } = profile;
    if (encryption !== "required") await refuseWhenSealed(ctx.tx, ctx.fleetId, "nothing in it may come in the open.", "Encryption stays required.");
    if (profile.encryption !== encryption) {
      await ctx.tx.profile.update({ where: { id }, data: { encryption } });
      await ctx.audit({
        action: "profile.encryption_set",
        objectKind: "profile",
        objectId: id,
        before: { encryption: profile.encryption },
        after: { encryption },
      });
      if (encryption === "required") await watchForLeaks(ctx);
      const able = encryption === "off" ? [] : devices.filter(({ deviceKey }) => deviceKey !== null).map((device) => device.id);
      for (let start = 0; start < able.length; start += DEVICES_PER_DELIVERY)
        await ctx.enqueue("key.deliver", { deviceIds: able.slice(start, start + DEVICES_PER_DELIVERY) });
    }
    return profileView({ ...profile, encryption }, devices.length);
  },
});

/** Where encryption is required, a message in the open is an alert: the fleet gets a rule for it, unless it has had one. */
export async function watchForLeaks(ctx: WriteContext): Promise<void> {
  const { fleetId, now } = ctx;
  const name = "Sent in the open";
  if ((await ctx.tx.alertRule.count({ where: { fleetId, OR: [{ kind: "leak" }, { name }] } })) > 0) return;
  const rule = { name, kind: "leak", holdSeconds: 0, severity: "critical" } as const;
  const { id } = await ctx.tx.alertRule.create({ data: { ...rule, id: newId("alertRule"), fleetId, createdAt: now, updatedAt: now } });
  await ctx.audit({ action: "alert_rule.added", objectKind: "alertRule", objectId: id, after: rule });
}
