import { z } from "zod";
import { notFound, SallyportError } from "@/lib/base/errors";
import { newId } from "@/lib/base/ids";
import { addProfileInputSchema, nameListInputSchema, type ProfileView, setProfileReportingInputSchema } from "@/lib/domain/devices/site-view";
import { decodeCursor, encodeCursor } from "@/lib/server/database/cursor";
import { profileView } from "@/lib/server/devices/profile-view";
import { isSealed } from "@/lib/server/sealed/custody";
import { type Page, readVerb, writeVerb } from "@/lib/server/verb";

/** Profiles by name, with the number of devices that have it (retired ones aside). */
export const listProfiles = readVerb({
  permission: "devices:read",
  input: nameListInputSchema,
  async run(ctx, { limit, cursor }): Promise<Page<ProfileView>> {
    const [after] = cursor === undefined ? [undefined] : decodeCursor(cursor, {}, [z.string()]);
    const { profile } = ctx.database.prisma;
    const where = { fleetId: ctx.fleetId };
    const [rows, total] = await Promise.all([
      profile.findMany({
        where: { ...where, ...(after === undefined ? {} : { name: { gt: after } }) },
        orderBy: { name: "asc" },
        take: limit + 1,
        include: { _count: { select: { devices: { where: { lifecycle: { not: "retired" } } } } } },
      }),
      profile.count({ where }),
    ]);
    const items = rows.slice(0, limit).map((row) => profileView(row, row._count.devices));
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last ? encodeCursor({}, [last.name]) : null, total };
  },
});

export const addProfile = writeVerb({
  permission: "devices:write",
  input: addProfileInputSchema,
  async run(ctx, given): Promise<ProfileView> {
    const id = newId("profile");
    const profile = (await isSealed(ctx.tx, ctx.fleetId)) ? { ...given, encryption: "required" as const } : given;
    const made = await ctx.tx.profile.createMany({ data: { id, fleetId: ctx.fleetId, createdAt: ctx.now, ...profile }, skipDuplicates: true });
    if (made.count === 0)
      throw new SallyportError("conflict", `There is a profile named ${profile.name} already.`, { fields: [{ path: "name", message: "Taken." }] });
    await ctx.audit({ action: "profile.added", objectKind: "profile", objectId: id, after: profile });
    return { id, ...profile, allowed: { listeners: [], destinations: [] }, devices: 0 };
  },
});

/** How often the devices of a profile report, and how long they may sleep: what silence and oversleeping are counted by. */
export const setProfileReporting = writeVerb({
  permission: "devices:write",
  input: setProfileReportingInputSchema,
  async run(ctx, { profileId, ...change }): Promise<ProfileView> {
    await ctx.tx.$queryRaw`select 1 from profile where id = ${profileId} and fleet_id = ${ctx.fleetId} for update`;
    const before = await ctx.tx.profile.findFirst({ where: { id: profileId, fleetId: ctx.fleetId } });
    if (!before) throw notFound("profile");
    const { reportingIntervalSeconds = before.reportingIntervalSeconds, sleepSeconds = before.sleepSeconds } = change;
    const after = { reportingIntervalSeconds, sleepSeconds };
    if (reportingIntervalSeconds !== before.reportingIntervalSeconds || sleepSeconds !== before.sleepSeconds) {
      await ctx.tx.profile.update({ where: { id: profileId }, data: after });
      await ctx.audit({
        action: "profile.reporting_set",
        objectKind: "profile",
        objectId: profileId,
        before: { reportingIntervalSeconds: before.reportingIntervalSeconds, sleepSeconds: before.sleepSeconds },
        after,
      });
    }
    const devices = await ctx.tx.device.count({ where: { profileId, lifecycle: { not: "retired" } } });
    return profileView({ ...before, ...after }, devices);
  },
});
