import type { TokenView } from "@/lib/domain/tokens/token-view";
import { aclSchema } from "@/lib/protocol/access";
import type { AccessTokenModel } from "@/prisma/generated/models";
import type { Context } from "../context";

/** Tokens of the fleet as they are shown, in the order of the rows. */
export async function tokenViews(ctx: Context, rows: readonly AccessTokenModel[], now: Date): Promise<TokenView[]> {
  const [names, connected] = await Promise.all([subjectNames(ctx, rows), openSessions(ctx, rows)]);
  return rows.map((row) => view(row, names.get(row.subject) ?? null, connected.get(row.id) ?? 0, now));
}

function view(row: AccessTokenModel, subjectName: string | null, connected: number, now: Date): TokenView {
  return {
    id: row.id,
    subjectKind: row.subjectKind,
    subject: row.subject,
    subjectName,
    label: row.label,
    clientId: row.clientId,
    scopes: aclSchema.parse(row.scopes),
    issuedAt: row.issuedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    revokedReason: row.revokedReason,
    state: row.revokedAt ? "revoked" : row.expiresAt <= now ? "expired" : "live",
    connected,
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

async function openSessions(ctx: Context, rows: readonly AccessTokenModel[]): Promise<Map<string, number>> {
  const counts = await ctx.database.prisma.session.groupBy({
    by: ["tokenId"],
    where: { fleetId: ctx.fleetId, tokenId: { in: rows.map(({ id }) => id) }, disconnectedAt: null },
    _count: true,
  });
  return new Map(counts.map(({ tokenId, _count }) => [tokenId, _count]));
}
