import type { ConnectionView, TokenView } from "@/lib/domain/tokens/token-view";
import { aclSchema } from "@/lib/protocol/access";
import type { AccessTokenModel } from "@/prisma/generated/models";
import type { Context } from "../context";
import { openConnections } from "./token-connections";

const CONNECTIONS_SHOWN = 3;

interface Beside {
  name: string | null;
  connections: readonly ConnectionView[];
  scopesUsed: number;
}

/** Tokens of the fleet as they are shown, in the order of the rows. */
export async function tokenViews(ctx: Context, rows: readonly AccessTokenModel[], now: Date): Promise<TokenView[]> {
  const ids = rows.map(({ id }) => id);
  const [names, connected, used] = await Promise.all([subjectNames(ctx, rows), openConnections(ctx, ids), usedScopes(ctx, ids)]);
  return rows.map((row) =>
    view(row, { name: names.get(row.subject) ?? null, connections: connected.get(row.id) ?? [], scopesUsed: used.get(row.id) ?? 0 }, now),
  );
}

function view(row: AccessTokenModel, { name, connections, scopesUsed }: Beside, now: Date): TokenView {
  const scopes = aclSchema.parse(row.scopes);
  return {
    id: row.id,
    subjectKind: row.subjectKind,
    subject: row.subject,
    subjectName: name,
    label: row.label,
    clientId: row.clientId,
    scopes,
    issuedAt: row.issuedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    revokedReason: row.revokedReason,
    state: row.revokedAt ? "revoked" : row.expiresAt <= now ? "expired" : "live",
    grantedBy: row.grantedBy,
    batchId: row.batchId,
    replacesId: row.replacesId,
    renews: row.renews,
    scopesUsed,
    scopesAllowing: scopes.filter(({ permission }) => permission === "allow").length,
    connected: connections.length,
    connections: connections.slice(0, CONNECTIONS_SHOWN),
  };
}

/** Names of devices, members, API keys and services of this fleet, by subject. */
export async function subjectNames(ctx: Context, rows: readonly Pick<AccessTokenModel, "subject">[]): Promise<Map<string, string>> {
  const ids = [...new Set(rows.map((row) => row.subject))];
  const { device, membership, apiKey, service } = ctx.database.prisma;
  const [devices, members, keys, services] = await Promise.all([
    device.findMany({ where: { fleetId: ctx.fleetId, id: { in: ids } }, select: { id: true, name: true } }),
    membership.findMany({ where: { fleetId: ctx.fleetId, userId: { in: ids } }, select: { user: { select: { id: true, name: true } } } }),
    apiKey.findMany({ where: { fleetId: ctx.fleetId, id: { in: ids } }, select: { id: true, name: true } }),
    service.findMany({ where: { fleetId: ctx.fleetId, id: { in: ids } }, select: { id: true, name: true } }),
  ]);
  return new Map([...devices, ...members.map(({ user }) => user), ...keys, ...services].map(({ id, name }) => [id, name]));
}

async function usedScopes({ database }: Context, ids: readonly string[]): Promise<Map<string, number>> {
  const counts = await database.prisma.scopeUse.groupBy({ by: ["tokenId"], where: { tokenId: { in: [...ids] } }, _count: true });
  return new Map(counts.map(({ tokenId, _count }) => [tokenId, _count]));
}
