import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import { factsOf } from "@/lib/domain/tokens/grant-facts";
import { grantWords } from "@/lib/domain/tokens/grant-words";
import type { TokenDetail } from "@/lib/domain/tokens/token-detail";
import type { TokenView } from "@/lib/domain/tokens/token-view";
import { aclSchema, metaSchema } from "@/lib/protocol/access";
import type { AccessTokenModel } from "@/prisma/generated/models";
import type { Context } from "../context";
import { readVerb } from "../verb";
import { tokenViews } from "./token-views";

const SESSIONS_SHOWN = 20;

/** One token: what it can do, who has it, and what was really done with it. */
export const readToken = readVerb({
  permission: "tokens:read",
  input: z.object({ tokenId: z.string().min(1).max(64) }),
  async run(ctx, { tokenId }): Promise<TokenDetail> {
    const { accessToken, session } = ctx.database.prisma;
    const row = await accessToken.findFirst({ where: { id: tokenId, fleetId: ctx.fleetId } });
    if (!row) throw notFound("token");
    const ofToken = { tokenId, fleetId: ctx.fleetId };
    const [[view], words, uses, sessions, sessionsTotal, batchSize, related] = await Promise.all([
      tokenViews(ctx, [row], ctx.clock.now()),
      wordsOf(ctx, row),
      usesOf(ctx, row),
      session.findMany({ where: ofToken, orderBy: { number: "desc" }, take: SESSIONS_SHOWN }),
      session.count({ where: ofToken }),
      row.batchId === null ? 0 : accessToken.count({ where: { batchId: row.batchId, fleetId: ctx.fleetId } }),
      relatedTokens(ctx, row),
    ]);
    if (!view) throw notFound("token");
    return {
      ...view,
      words,
      meta: metaSchema.parse(row.meta),
      kid: row.kid,
      uses,
      watchedFrom: new Date(Math.max(row.watchedFrom.getTime(), row.issuedAt.getTime())).toISOString(),
      partlyUnseen: ctx.env.MOSQUITTO_CONTROL_URL !== undefined,
      sessions: sessions.map((one) => ({
        number: one.number.toString(),
        clientId: one.clientId,
        transport: one.transport,
        address: one.address,
        connectedAt: one.connectedAt.toISOString(),
        disconnectedAt: one.disconnectedAt?.toISOString() ?? null,
        disconnectReason: one.disconnectReason,
      })),
      sessionsTotal,
      batchSize,
      ...related,
    };
  },
});

async function wordsOf({ database, fleetId }: Context, row: AccessTokenModel): Promise<TokenDetail["words"]> {
  const scopes = aclSchema.parse(row.scopes);
  const { named } = factsOf(scopes, { fleetId, self: row.subjectKind === "device" ? row.subject : undefined });
  const devices = await database.prisma.device.findMany({ where: { fleetId, id: { in: [...named] } }, select: { id: true, name: true } });
  const names = new Map(devices.map(({ id, name }) => [id, name]));
  return grantWords({ scopes, fleetId, subject: { kind: row.subjectKind, id: row.subject }, clientId: row.clientId, names: { nameOf: (id) => names.get(id) } });
}

async function usesOf({ database }: Context, row: AccessTokenModel): Promise<TokenDetail["uses"]> {
  const rows = await database.prisma.scopeUse.findMany({ where: { tokenId: row.id } });
  const byScope = new Map(rows.map((use) => [use.scope, use]));
  return aclSchema.parse(row.scopes).map((_, index) => {
    const use = byScope.get(index);
    return { count: Number(use?.count ?? 0), firstAt: use?.firstAt.toISOString() ?? null, lastAt: use?.lastAt.toISOString() ?? null };
  });
}

async function relatedTokens({ database, fleetId, clock }: Context, row: AccessTokenModel): Promise<Pick<TokenDetail, "replaces" | "replacedBy">> {
  const rows = await database.prisma.accessToken.findMany({
    where: { fleetId, OR: [{ replacesId: row.id }, ...(row.replacesId === null ? [] : [{ id: row.replacesId }])] },
    orderBy: [{ issuedAt: "desc" }, { id: "desc" }],
    take: 20,
  });
  const now = clock.now();
  const state = (one: AccessTokenModel): TokenView["state"] => (one.revokedAt ? "revoked" : one.expiresAt <= now ? "expired" : "live");
  const told = rows.map((one) => ({ id: one.id, label: one.label, state: state(one) }));
  return { replaces: told.find(({ id }) => id === row.replacesId) ?? null, replacedBy: told.filter(({ id }) => id !== row.replacesId) };
}
