import { z } from "zod";
import { newId } from "@/lib/base/ids";
import { deviceNameSchema } from "@/lib/domain/devices/device-view";
import { addProfileInputSchema } from "@/lib/domain/devices/site-view";
import { writeVerb } from "@/lib/server/verb";

const input = z.object({
  sites: z.array(z.object({ name: deviceNameSchema, latitude: z.number(), longitude: z.number() })).max(1_000),
  profiles: z.array(addProfileInputSchema).max(50),
});

/** Sites and profiles of the demo. What is there stays, but profiles follow the demo's pace: a larger fleet reports less often. */
export const placeDemoDevices = writeVerb({
  permission: "devices:write",
  input,
  async run(ctx, { sites, profiles }): Promise<void> {
    const { tx, fleetId, now } = ctx;
    const made = await tx.site.createMany({ data: sites.map((site) => ({ ...site, id: newId("site"), fleetId, createdAt: now })), skipDuplicates: true });
    if (made.count > 0) await ctx.audit({ action: "site.added_many", objectKind: "fleet", objectId: fleetId, after: { sites: made.count } });
    for (const profile of profiles) {
      const where = { fleetId_name: { fleetId, name: profile.name } };
      const known = await tx.profile.findUnique({ where });
      if (known?.reportingIntervalSeconds === profile.reportingIntervalSeconds) continue;
      const { id } = await tx.profile.upsert({
        where,
        create: { id: newId("profile"), fleetId, createdAt: now, ...profile },
        update: { reportingIntervalSeconds: profile.reportingIntervalSeconds },
      });
      const change = known ? { action: "profile.changed", before: { reportingIntervalSeconds: known.reportingIntervalSeconds } } : { action: "profile.added" };
      await ctx.audit({ ...change, objectKind: "profile", objectId: id, after: profile });
    }
  },
});
