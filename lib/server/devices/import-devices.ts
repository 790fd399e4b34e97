import { z } from "zod";
import { SallyportError } from "@/lib/base/errors";
import { newId } from "@/lib/base/ids";
import { gatewayProblem } from "@/lib/domain/devices/gateway-chain";
import {
  changeInWords,
  decideImport,
  IMPORT_ROWS_AT_ONCE,
  type ImportDecision,
  type ImportResult,
  type ImportRow,
  importRowSchema,
  type Known,
} from "@/lib/domain/devices/import-row";
import { isUniqueViolation } from "@/lib/server/database/unique-violation";
import { type WriteContext, writeVerb } from "@/lib/server/verb";
import { profileNamed, sitesNamed } from "./place-device";
import { insertDevices, type NewDevice, updateDevices } from "./write-imported";

type Decided = { row: ImportRow; decision: ImportDecision; known: (Known & { id: string }) | undefined };

/**
 * Adds the devices that the fleet does not have under their name and changes those that differ; a portion is done whole or not at all,
 * and doing it again changes nothing. Devices are added without a token: they get one by claim or grant. `dryRun` only says what would be.
 */
export const importDevices = writeVerb({
  permission: "devices:write",
  input: z.object({ rows: z.array(importRowSchema).min(1).max(IMPORT_ROWS_AT_ONCE), dryRun: z.boolean().default(false) }),
  async run(ctx, { rows, dryRun }): Promise<{ dryRun: boolean; rows: ImportResult[] }> {
    // Two imports into one fleet go one after the other.
    await ctx.tx.$executeRaw`select pg_advisory_xact_lock(hashtext(${`sallyport.import.${ctx.fleetId}`}))`;
    const decided = await decideAll(ctx, rows);
    if (!dryRun) await carryOut(ctx, decided);
    return { dryRun, rows: decided.map(resultOf) };
  },
});

async function decideAll(ctx: WriteContext, rows: readonly ImportRow[]): Promise<Decided[]> {
  const { tx, fleetId } = ctx;
  // One after the other: they share one connection.
  const devices = await tx.device.findMany({
    where: { fleetId, name: { in: rows.map(({ name }) => name) } },
    select: {
      id: true,
      name: true,
      note: true,
      lifecycle: true,
      site: { select: { name: true } },
      profile: { select: { name: true } },
      gateway: { select: { name: true } },
      tags: true,
    },
  });
  const profiles = await tx.profile.findMany({ where: { fleetId }, select: { name: true } });
  const known = new Map(
    devices.map(({ name, site, profile, gateway, tags, ...device }) => [
      name,
      {
        ...device,
        site: site?.name ?? null,
        profile: profile.name,
        gateway: gateway?.name ?? null,
        tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])),
      },
    ]),
  );
  const names = new Set(profiles.map(({ name }) => name));
  const seen = new Set<string>();
  const chain = rows.some(({ gateway }) => gateway !== undefined) ? await gatewayChain(ctx) : new Map<string, string | null>();
  return rows.map((row) => {
    const repeated = seen.has(row.name);
    seen.add(row.name);
    const one = known.get(row.name);
    const reason = repeated ? "An earlier row is about the same device." : row.gateway === undefined ? undefined : gatewayProblem(row.name, row.gateway, chain);
    const decision: ImportDecision = reason === undefined ? decideImport(row, one, names) : { outcome: "refused", reason };
    if (decision.outcome !== "refused") chain.set(row.name, row.gateway ?? chain.get(row.name) ?? null);
    return { row, decision, known: one };
  });
}

async function gatewayChain({ tx, fleetId }: WriteContext): Promise<Map<string, string | null>> {
  const devices = await tx.device.findMany({
    where: { fleetId, lifecycle: { not: "retired" } },
    select: { name: true, gateway: { select: { name: true } } },
  });
  return new Map(devices.map(({ name, gateway }) => [name, gateway?.name ?? null]));
}

async function carryOut(ctx: WriteContext, decided: readonly Decided[]): Promise<void> {
  const touched = decided.filter(({ decision: { outcome } }) => outcome === "added" || outcome === "changed").map(({ row }) => row);
  const sites = await sitesNamed(ctx, [...new Set(touched.flatMap(({ site }) => site ?? []))]);
  const profiles = new Map<string, string>();
  for (const name of new Set(touched.map(({ profile }) => profile ?? ""))) profiles.set(name, await profileNamed(ctx, name || undefined));
  const placeOf = ({ site, profile }: Pick<ImportRow, "site" | "profile">) => ({
    ...(site === undefined ? {} : { siteId: sites.get(site) ?? null }),
    ...(profile === undefined ? {} : { profileId: profiles.get(profile) ?? "" }),
  });
  await addAll(ctx, decided, (row) => ({ siteId: null, profileId: profiles.get("") ?? "", ...placeOf(row) }));
  await changeAll(ctx, decided, placeOf);
  await placeBehind(ctx, touched);
}

/** Last, when all devices of the file are there. */
async function placeBehind({ tx, fleetId }: WriteContext, rows: readonly ImportRow[]): Promise<void> {
  const behind = rows.flatMap(({ name, gateway }) => (gateway === undefined ? [] : [{ name, gateway }]));
  if (behind.length === 0) return;
  await tx.$executeRaw`
    update device d set gateway_id = g.id
    from unnest(${behind.map(({ name }) => name)}::text[], ${behind.map(({ gateway }) => gateway)}::text[]) as t(name, gateway)
    join device g on g.fleet_id = ${fleetId} and g.name = t.gateway
    where d.fleet_id = ${fleetId} and d.name = t.name and d.gateway_id is distinct from g.id`;
}

type PlaceOf = (row: Pick<ImportRow, "site" | "profile">) => { siteId?: string | null; profileId?: string };

async function addAll(ctx: WriteContext, decided: readonly Decided[], placeOf: (row: ImportRow) => Pick<NewDevice, "siteId" | "profileId">): Promise<void> {
  const added = decided.filter(({ decision }) => decision.outcome === "added").map(({ row }) => ({ row, id: newId("device") }));
  if (added.length === 0) return;
  const devices = added.map(({ row: { name, note = "", tags, ...row }, id }) => ({ id, name, note, tags, ...placeOf({ name, tags, ...row }) }));
  await insertDevices(ctx, devices).catch((error: unknown) => {
    if (!isUniqueViolation(error)) throw error;
    throw new SallyportError("conflict", "Somebody added a device of the same name just now.", { hint: "Send these rows again: what is there already stays." });
  });
  await ctx.auditAll(
    added.map(({ row: { line: _, ...after }, id }) => ({ action: "device.added", objectKind: "device", objectId: id, after: { ...after, by: "import" } })),
  );
}

async function changeAll(ctx: WriteContext, decided: readonly Decided[], placeOf: PlaceOf): Promise<void> {
  const changed = decided.flatMap(({ row, decision, known }) => (decision.outcome === "changed" && known ? [{ row, change: decision.change, known }] : []));
  if (changed.length === 0) return;
  await updateDevices(
    ctx,
    changed.map(({ change, known: { id } }) => ({
      id,
      ...placeOf(change),
      ...(change.note === undefined ? {} : { note: change.note }),
      tags: change.tags ?? {},
    })),
  );
  await ctx.auditAll(
    changed.map(({ row, change, known }) => {
      const before = Object.fromEntries(Object.entries(known).filter(([key]) => Object.hasOwn(change, key)));
      return { action: "device.changed", objectKind: "device", objectId: known.id, before, after: { ...change, importedAs: row.name } };
    }),
  );
}

function resultOf({ row: { line, name, site }, decision }: Decided): ImportResult {
  const detail =
    decision.outcome === "refused"
      ? decision.reason
      : decision.outcome === "changed"
        ? changeInWords(decision.change)
        : decision.outcome === "added" && site
          ? site
          : "";
  return { line, name, outcome: decision.outcome, detail };
}
