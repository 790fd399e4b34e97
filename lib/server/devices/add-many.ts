import { z } from "zod";
import { newId } from "@/lib/base/ids";
import { deviceNameSchema } from "@/lib/domain/devices/device-view";
import { writeVerb } from "@/lib/server/verb";
import { profileNamed, siteNamed } from "./place-device";

const input = z.object({
  devices: z
    .array(
      z.object({
        name: deviceNameSchema,
        site: deviceNameSchema.optional(),
        profile: deviceNameSchema.optional(),
        firmware: z.string().max(64).optional(),
        note: z.string().max(2_000).default(""),
        tags: z.record(z.string().regex(/^[a-z0-9_-]{1,32}$/), z.string().max(64)).default({}),
      }),
    )
    .max(1_000),
});

/**
 * Registers up to 1,000 devices at once, set based and without tokens. Names that the fleet has already are passed over, so
 * that repeating it is harmless. Answers how many were new. One audit row names the batch and its size.
 */
export const addManyDevices = writeVerb({
  permission: "devices:write",
  input,
  async run(ctx, { devices }): Promise<{ added: number }> {
    const { fleetId, tx, now } = ctx;
    const taken = await tx.device.findMany({ where: { fleetId, name: { in: devices.map(({ name }) => name) } }, select: { name: true } });
    const names = new Set(taken.map(({ name }) => name));
    const sites = new Map<string, string>();
    const profiles = new Map<string | undefined, string>();
    const rows = [];
    for (const { site, profile, tags, ...device } of devices) {
      if (names.has(device.name)) continue;
      names.add(device.name);
      if (site !== undefined && !sites.has(site)) sites.set(site, await siteNamed(ctx, site));
      const profileId = profiles.get(profile) ?? (await profileNamed(ctx, profile));
      profiles.set(profile, profileId);
      const siteId = site === undefined ? null : (sites.get(site) ?? null);
      rows.push({ row: { ...device, id: newId("device"), fleetId, siteId, profileId, createdAt: now, updatedAt: now }, tags });
    }
    await tx.device.createMany({ data: rows.map(({ row }) => row) });
    await tx.presence.createMany({ data: rows.map(({ row }) => ({ deviceId: row.id, fleetId, since: now })) });
    await tx.tag.createMany({ data: rows.flatMap(({ row, tags }) => Object.entries(tags).map(([key, value]) => ({ deviceId: row.id, key, value }))) });
    if (rows.length > 0) await ctx.audit({ action: "device.added_many", objectKind: "fleet", objectId: fleetId, after: { devices: rows.length } });
    return { added: rows.length };
  },
});
