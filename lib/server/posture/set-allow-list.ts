import { notFound } from "@/lib/base/errors";
import { type ProfileView, setAllowListInputSchema } from "@/lib/domain/devices/site-view";
import { profileView } from "../devices/profile-view";
import { writeVerb } from "../verb";

/** Says what may listen on the devices of a profile and where they may connect to. Their newest reports are judged by it within seconds. */
export const setAllowList = writeVerb({
  permission: "devices:write",
  input: setAllowListInputSchema,
  async run(ctx, { profileId, listeners, destinations }): Promise<ProfileView> {
    const profile = await ctx.tx.profile.findFirst({
      where: { id: profileId, fleetId: ctx.fleetId },
      include: { _count: { select: { devices: { where: { lifecycle: { not: "retired" } } } } } },
    });
    if (!profile) throw notFound("profile");
    const { id, allowedListeners, allowedDestinations, _count } = profile;
    const before = { listeners: allowedListeners, destinations: allowedDestinations };
    const allowed = { listeners: sorted(listeners), destinations: sorted(destinations) };
    if (JSON.stringify(before) !== JSON.stringify(allowed)) {
      await ctx.tx.profile.update({ where: { id }, data: { allowedListeners: allowed.listeners, allowedDestinations: allowed.destinations } });
      await ctx.tx.postureReport.updateMany({ where: { device: { profileId: id } }, data: { judgedAt: null } });
      await ctx.audit({ action: "profile.allow_list_set", objectKind: "profile", objectId: id, before, after: allowed });
    }
    return profileView({ ...profile, allowedListeners: allowed.listeners, allowedDestinations: allowed.destinations }, _count.devices);
  },
});

const sorted = (entries: readonly string[]) => [...new Set(entries)].sort();
