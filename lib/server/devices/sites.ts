import { z } from "zod";
import { SallyportError } from "@/lib/base/errors";
import { newId } from "@/lib/base/ids";
import { addSiteInputSchema, nameListInputSchema, type SiteView } from "@/lib/domain/devices/site-view";
import { decodeCursor, encodeCursor } from "@/lib/server/database/cursor";
import { type Page, readVerb, writeVerb } from "@/lib/server/verb";

/** Sites by name, with the number of devices that stand there (retired ones aside). */
export const listSites = readVerb({
  permission: "devices:read",
  input: nameListInputSchema,
  async run(ctx, { limit, cursor }): Promise<Page<SiteView>> {
    const [after] = cursor === undefined ? [undefined] : decodeCursor(cursor, {}, [z.string()]);
    const { site } = ctx.database.prisma;
    const where = { fleetId: ctx.fleetId };
    const [rows, total] = await Promise.all([
      site.findMany({
        where: { ...where, ...(after === undefined ? {} : { name: { gt: after } }) },
        orderBy: { name: "asc" },
        take: limit + 1,
        include: { _count: { select: { devices: { where: { lifecycle: { not: "retired" } } } } } },
      }),
      site.count({ where }),
    ]);
    const items = rows.slice(0, limit).map(({ id, name, latitude, longitude, _count }) => ({ id, name, latitude, longitude, devices: _count.devices }));
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last ? encodeCursor({}, [last.name]) : null, total };
  },
});

export const addSite = writeVerb({
  permission: "devices:write",
  input: addSiteInputSchema,
  async run(ctx, site): Promise<SiteView> {
    const id = newId("site");
    const made = await ctx.tx.site.createMany({ data: { id, fleetId: ctx.fleetId, createdAt: ctx.now, ...site }, skipDuplicates: true });
    if (made.count === 0)
      throw new SallyportError("conflict", `There is a site named ${site.name} already.`, { fields: [{ path: "name", message: "Taken." }] });
    await ctx.audit({ action: "site.added", objectKind: "site", objectId: id, after: site });
    return { id, ...site, devices: 0 };
  },
});
