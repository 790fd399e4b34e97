import { notFound, SallyportError } from "@/lib/base/errors";
import { newId } from "@/lib/base/ids";
import { GATEWAYS_DEEP } from "@/lib/domain/devices/gateway-chain";
import type { WriteContext } from "@/lib/server/verb";

/** The site of that name; made when there is none. Two who make the same one at once get the same. */
export async function siteNamed(ctx: WriteContext, name: string): Promise<string> {
  return (await sitesNamed(ctx, [name])).get(name) ?? "";
}

/** The same for many names, with as few questions. Answers the ids by name. */
export async function sitesNamed(ctx: WriteContext, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const where = { fleetId: ctx.fleetId, name: { in: [...names] } };
  const idsByName = async () => new Map((await ctx.tx.site.findMany({ where, select: { id: true, name: true } })).map(({ id, name }) => [name, id]));
  const known = await idsByName();
  const missing = [...new Set(names)].filter((name) => !known.has(name)).map((name) => ({ id: newId("site"), fleetId: ctx.fleetId, name }));
  if (missing.length === 0) return known;
  await ctx.tx.site.createMany({ data: missing, skipDuplicates: true });
  const sites = await idsByName();
  const made = missing.filter(({ id, name }) => sites.get(name) === id);
  await ctx.auditAll(made.map(({ id, name }) => ({ action: "site.added", objectKind: "site", objectId: id, after: { name } })));
  return sites;
}

/** The profile of that name, or the fleet's oldest. A profile is never made in passing: it says how often to report. */
export async function profileNamed(ctx: WriteContext, name: string | undefined): Promise<string> {
  const profile = await ctx.tx.profile.findFirst({
    where: { fleetId: ctx.fleetId, ...(name === undefined ? {} : { name }) },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    select: { id: true },
  });
  if (profile) return profile.id;
  if (name !== undefined) throw notFound(`profile "${name}"`);
  throw new SallyportError("conflict", "This fleet has no profile yet.", { hint: "Add one first: it says how often its devices report." });
}

/** The device of that name as a gateway of another one, which must not be on its own way to us. */
export async function gatewayNamed(ctx: WriteContext, name: string, deviceId: string): Promise<string> {
  const find = { gatewayId: true, id: true } as const;
  const gateway = await ctx.tx.device.findFirst({ where: { fleetId: ctx.fleetId, name, lifecycle: { not: "retired" } }, select: find });
  if (!gateway) throw notFound(`device "${name}"`);
  let next: typeof gateway | null = gateway;
  for (let deep = 0; next; deep++) {
    if (next.id === deviceId || deep === GATEWAYS_DEEP) throw circle(name);
    next = next.gatewayId === null ? null : await ctx.tx.device.findFirst({ where: { fleetId: ctx.fleetId, id: next.gatewayId }, select: find });
  }
  return gateway.id;
}

function circle(name: string): SallyportError {
  return new SallyportError("conflict", `${name} cannot be its gateway: it reaches us through this device itself, or through too many others.`, {
    fields: [{ path: "gateway", message: "It would be its own gateway." }],
  });
}

/** Names are unique in a fleet. Asked before the write, to name the field; the unique index decides a race. */
export async function assertNameIsFree(ctx: WriteContext, name: string, except?: string): Promise<void> {
  const taken = await ctx.tx.device.findFirst({
    where: { fleetId: ctx.fleetId, name, ...(except === undefined ? {} : { id: { not: except } }) },
    select: { id: true },
  });
  if (taken) throw nameTaken(name);
}

export function nameTaken(name: string): SallyportError {
  return new SallyportError("conflict", `There is a device named ${name} already.`, { fields: [{ path: "name", message: "Taken." }] });
}
