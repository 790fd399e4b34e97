import { z } from "zod";
import type { TokenView } from "@/lib/domain/tokens/token-view";
import { aclSchema } from "@/lib/protocol/access";
import type { AccessTokenModel, AccessTokenWhereInput } from "@/prisma/generated/models";
import type { Context } from "../context";
import { type Page, readVerb } from "../verb";

const input = z.object({
  deviceId: z.string().max(64).optional(),
  kind: z.enum(["device", "console", "service"]).optional(),
  state: z.enum(["live", "expired", "revoked"]).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.string().max(64).optional(),
});

/** Tokens of this fleet, newest first. */
export const listTokens = readVerb({
  permission: "tokens:read",
  input,
  async run(ctx, { deviceId, kind, state, limit, cursor }): Promise<Page<TokenView>> {
    const now = ctx.clock.now();
    const where: AccessTokenWhereInput = {
      fleetId: ctx.fleetId,
      ...(deviceId === undefined ? {} : { deviceId }),
      ...(kind === undefined ? {} : { subjectKind: kind }),
      ...(state === undefined ? {} : stateFilter(state, now)),
    };
    const { accessToken } = ctx.database.prisma;
    const [rows, total] = await Promise.all([
      accessToken.findMany({
        where,
        orderBy: [{ issuedAt: "desc" }, { id: "desc" }],
        take: limit + 1,
        ...(cursor === undefined ? {} : { cursor: { id: cursor }, skip: 1 }),
      }),
      accessToken.count({ where }),
    ]);
    const shown = rows.slice(0, limit);
    const [names, connected] = await Promise.all([subjectNames(ctx, shown), openSessions(ctx, shown)]);
    return {
      items: shown.map((row) => view(row, names.get(row.subject) ?? null, connected.get(row.id) ?? 0, now)),
      nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
      total,
    };
  },
});

function stateFilter(state: TokenView["state"], now: Date): AccessTokenWhereInput {
  if (state === "revoked") return { revokedAt: { not: null } };
  return { revokedAt: null, expiresAt: state === "live" ? { gt: now } : { lte: now } };
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
async function subjectNames(ctx: Context, rows: readonly AccessTokenModel[]): Promise<Map<string, string>> {
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
