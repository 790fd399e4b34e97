import { notFound, SallyportError } from "@/lib/base/errors";
import { newId } from "@/lib/base/ids";
import { changeSiteInputSchema, decidePlace, type PlaceResult, placeSitesInputSchema } from "@/lib/domain/devices/site-places";
import { isUniqueViolation } from "@/lib/server/database/unique-violation";
import { writeVerb } from "@/lib/server/verb";

/** A site's name and place. */
export const changeSite = writeVerb({
  permission: "devices:write",
  input: changeSiteInputSchema,
  async run(ctx, { siteId, ...asked }): Promise<{ id: string; name: string; latitude: number | null; longitude: number | null }> {
    const select = { id: true, name: true, latitude: true, longitude: true } as const;
    const site = await ctx.tx.site.findFirst({ where: { id: siteId, fleetId: ctx.fleetId }, select });
    if (!site) throw notFound("site");
    const { id, ...before } = site;
    const after = { ...before, ...Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)) };
    if (JSON.stringify(before) === JSON.stringify(after)) return site;
    await ctx.tx.site.update({ where: { id }, data: after }).catch((error: unknown) => {
      if (!isUniqueViolation(error)) throw error;
      throw new SallyportError("conflict", `There is a site named ${after.name} already.`, { fields: [{ path: "name", message: "Taken." }] });
    });
    await ctx.audit({ action: "site.changed", objectKind: "site", objectId: id, before, after });
    return { id, ...after };
  },
});

/** Places of many sites by name; a name that is new is added. Done whole or not at all, and again it changes nothing. */
export const placeSites = writeVerb({
  permission: "devices:write",
  input: placeSitesInputSchema,
  async run(ctx, { rows, dryRun }): Promise<{ dryRun: boolean; rows: PlaceResult[] }> {
    const { tx, fleetId } = ctx;
    const found = await tx.site.findMany({ where: { fleetId, name: { in: rows.map(({ name }) => name) } } });
    const known = new Map(found.map((site) => [site.name, site]));
    const seen = new Set<string>();
    const decided = rows.map((row) => {
      const repeated = seen.has(row.name);
      seen.add(row.name);
      return { row, site: known.get(row.name), outcome: repeated ? ("refused" as const) : decidePlace(row, known.get(row.name)) };
    });
    if (!dryRun) {
      const added = decided
        .filter(({ outcome }) => outcome === "added")
        .map(({ row: { line: _, ...place } }) => ({ id: newId("site"), fleetId, createdAt: ctx.now, ...place }));
      await tx.site.createMany({ data: added });
      for (const { row, site, outcome } of decided)
        if (outcome === "placed" && site) await tx.site.update({ where: { id: site.id }, data: { latitude: row.latitude, longitude: row.longitude } });
      await ctx.auditAll([
        ...added.map(({ id, name, latitude, longitude }) => ({
          action: "site.added",
          objectKind: "site",
          objectId: id,
          after: { name, latitude, longitude, by: "import" },
        })),
        ...decided.flatMap(({ row: { line: _, ...after }, site, outcome }) =>
          outcome === "placed" && site
            ? [
                {
                  action: "site.changed",
                  objectKind: "site",
                  objectId: site.id,
                  before: { name: site.name, latitude: site.latitude, longitude: site.longitude },
                  after,
                },
              ]
            : [],
        ),
      ]);
    }
    const detail = (outcome: PlaceResult["outcome"]) => (outcome === "refused" ? "An earlier row is about the same site." : "");
    return { dryRun, rows: decided.map(({ row: { line, name }, outcome }) => ({ line, name, outcome, detail: detail(outcome) })) };
  },
});
