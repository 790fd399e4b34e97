import { SallyportError } from "@/lib/base/errors";
import type { GrantHolder, GrantPreview } from "@/lib/domain/tokens/grant-answer";
import { compileGrant, sizeOf } from "@/lib/domain/tokens/grant-compile";
import { factsOf } from "@/lib/domain/tokens/grant-facts";
import type { TokenPolicy } from "@/lib/domain/tokens/grant-policy";
import { type FleetDevices, grantReach } from "@/lib/domain/tokens/grant-reach";
import type { GrantRequest } from "@/lib/domain/tokens/grant-request";
import { fourEyesReasons, type GrantWarning, grantWarnings } from "@/lib/domain/tokens/grant-warnings";
import { grantWords } from "@/lib/domain/tokens/grant-words";
import { aclSchema, type Scope } from "@/lib/protocol/access";
import type { Context } from "../context";
import { countDevices, deviceIdsMatching } from "../devices/match-devices";
import { assertClientId, findHolder } from "./grant-holder";
import { assertLifetime, loadPolicy } from "./load-policy";

/** More ids of one query are not needed: they fit into no token. */
const IDS_PER_QUERY = 300;
/** As long as a made one: `svc_0123456789abcdef` and `-0123456789ab`. */
const SUBJECT_PLACEHOLDER = "0".repeat(20);
const CLIENT_PLACEHOLDER = "0".repeat(33);

export type Prepared = Omit<GrantPreview, "expiresAt" | "clientId">;

/** Everything that a request comes to, without writing anything. Throws for what cannot be granted. */
export async function prepareGrant(ctx: Context, request: GrantRequest): Promise<Prepared> {
  const { prisma } = ctx.database;
  const now = ctx.clock.now();
  const [policy, holder] = await Promise.all([loadPolicy(prisma, ctx.fleetId), findHolder(prisma, ctx.fleetId, request.subject)]);
  assertLifetime(policy, request.ttl, "ttl");
  if (request.clientId !== undefined) await assertClientId(prisma, request.clientId, holder, now);
  const replaced = request.replaces === undefined ? undefined : await loadReplaced(ctx, request.replaces, holder);
  const { ids, counts } = await resolveQueries(ctx, request, now);
  const subject = { kind: holder.kind, id: holder.id ?? SUBJECT_PLACEHOLDER };
  const clientId = request.clientId ?? (holder.kind === "device" ? undefined : CLIENT_PLACEHOLDER);
  const compiling = { fleetId: ctx.fleetId, subject, clientId, queries: ids };
  const scopes = compileGrant(request, compiling);
  const told = await tellGrant(ctx, {
    scopes,
    subject,
    clientId: request.clientId,
    policy,
    ttlMinutes: request.ttl,
    ...(replaced ? { unused: replaced } : {}),
  });
  return { ...told, holder, queries: counts, tokenBytes: sizeOf(scopes, request, compiling) };
}

interface Telling {
  scopes: readonly Scope[];
  subject: { kind: GrantHolder["kind"]; id: string };
  clientId: string | null | undefined;
  policy: TokenPolicy;
  ttlMinutes: number;
  unused?: readonly Scope[];
}

/** Words, exact reach and warnings of scopes, as the fleet is now. */
export async function tellGrant(
  ctx: Context,
  { scopes, subject, clientId, policy, ttlMinutes, unused }: Telling,
): Promise<Pick<GrantPreview, "scopes" | "words" | "reach" | "warnings"> & { reasons: GrantWarning["code"][] }> {
  const { fleetId } = ctx;
  const facts = factsOf(scopes, { fleetId, self: subject.kind === "device" ? subject.id : undefined });
  const { fleet, names } = await loadFleet(ctx, facts.named);
  const reach = grantReach(facts, fleet);
  const unknown = facts.named.filter((id) => !fleet.has(id));
  const judged = { scopes, facts, reach, policy, ttlMinutes, subject, unknown, ...(unused ? { unused } : {}) };
  const warnings = grantWarnings(judged);
  const words = grantWords({ scopes, fleetId, subject, clientId, names: { nameOf: (id) => names.get(id) } });
  return { scopes: [...scopes], words, reach, warnings, reasons: fourEyesReasons(policy, judged, warnings) };
}

/** How many devices the fleet has, and which of the named ones are among them. */
async function loadFleet({ database, fleetId }: Context, named: readonly string[]): Promise<{ fleet: FleetDevices; names: ReadonlyMap<string, string> }> {
  const { device } = database.prisma;
  const present = { fleetId, lifecycle: { not: "retired" as const } };
  const [total, rows] = await Promise.all([
    device.count({ where: present }),
    device.findMany({ where: { ...present, id: { in: [...named] } }, select: { id: true, name: true } }),
  ]);
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  return { fleet: { total, has: (id) => names.has(id) }, names };
}

async function resolveQueries(ctx: Context, { permissions }: GrantRequest, now: Date) {
  const ids = new Map<string, string[]>();
  const counts: Record<string, number> = {};
  for (const query of Object.keys(permissions.patterns.devices)) {
    if (query.trim() === "") continue;
    ids.set(query, await deviceIdsMatching(ctx.database.pool, ctx.fleetId, query, now, IDS_PER_QUERY));
    counts[query] =
      (ids.get(query)?.length ?? 0) < IDS_PER_QUERY ? (ids.get(query)?.length ?? 0) : await countDevices(ctx.database.pool, ctx.fleetId, query, now);
  }
  return { ids, counts };
}

/** The scopes of a replaced token that were never used. It must be one of this fleet and of the same holder. */
async function loadReplaced(ctx: Context, tokenId: string, holder: GrantHolder): Promise<Scope[]> {
  const token = await ctx.database.prisma.accessToken.findFirst({ where: { id: tokenId, fleetId: ctx.fleetId }, include: { uses: true } });
  if (!token || token.subject !== holder.id || token.subjectKind !== holder.kind)
    throw new SallyportError("invalid_input", "There is no such token of this holder to replace.", {
      fields: [{ path: "replaces", message: "No such token of this holder." }],
    });
  if (token.lastUsedAt === null) return [];
  const used = new Set(token.uses.map(({ scope }) => scope));
  return aclSchema.parse(token.scopes).filter((_, index) => !used.has(index));
}
