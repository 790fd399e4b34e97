import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import { checkOfRefusal } from "@/lib/domain/refusals/refusal-check";
import type { RefusalExplained } from "@/lib/domain/refusals/refusal-view";
import { refusalSentences } from "@/lib/domain/refusals/refusal-words";
import { explain } from "@/lib/domain/tokens/explain";
import { judge } from "@/lib/domain/tokens/least-fix";
import { aclSchema, metaSchema } from "@/lib/protocol/access";
import type { AccessTokenModel, RefusalModel } from "@/prisma/generated/models";
import type { Context } from "../context";
import { OTHER_TOPICS } from "../telemetry/topic-bound";
import { subjectNames } from "../tokens/token-views";
import { readVerb } from "../verb";
import { refusalView } from "./refusal-row";

/** Reasons that a grant has nothing to do with: what its scopes say would only mislead. */
const NOT_ABOUT_SCOPES = new Set(["too_many_subscriptions", "not_logged_in", "expired", "revoked", "unavailable", "second_holder"]);
const MOST_TOKENS = 50;

/** One refusal, and why: what the token's scopes say to it, what comes nearest, and what would allow it. */
export const getRefusal = readVerb({
  permission: "refusals:read",
  input: z.object({ refusalId: z.string().regex(/^\d{1,18}$/, "A number.") }),
  async run(ctx, { refusalId }): Promise<RefusalExplained> {
    const row = await ctx.database.prisma.refusal.findFirst({ where: { id: BigInt(refusalId), fleetId: ctx.fleetId } });
    if (!row) throw notFound("refusal");
    const now = ctx.clock.now();
    const check = row.topic === OTHER_TOPICS || NOT_ABOUT_SCOPES.has(row.reason) ? undefined : checkOfRefusal(row);
    const [names, token, others] = await Promise.all([subjectNames(ctx, [row]), tokenOf(ctx, row), check ? liveTokens(ctx, row, now) : []]);
    const view = refusalView(row, names.get(row.subject) ?? null);
    const scopes = token ? aclSchema.parse(token.scopes) : [];
    return {
      ...view,
      ...refusalSentences(row.reason, { ...view, who: view.subjectName ?? row.subject }),
      token: token ? tokenFacts(token, now) : null,
      explanation: check && token ? explain(scopes, check, ctx.fleetId) : null,
      others: others
        .filter((other) => check && judge(aclSchema.parse(other.scopes), check).verdict === "ALLOWED")
        .map(({ id, label, expiresAt }) => ({ id, label, expiresAt: expiresAt.toISOString() })),
    };
  },
});

async function tokenOf(ctx: Context, { tokenId }: RefusalModel): Promise<AccessTokenModel | null> {
  return tokenId === null ? null : ctx.database.prisma.accessToken.findFirst({ where: { id: tokenId, fleetId: ctx.fleetId } });
}

async function liveTokens(ctx: Context, { subject, tokenId }: RefusalModel, now: Date): Promise<AccessTokenModel[]> {
  return ctx.database.prisma.accessToken.findMany({
    where: { fleetId: ctx.fleetId, subject, revokedAt: null, expiresAt: { gt: now }, ...(tokenId === null ? {} : { id: { not: tokenId } }) },
    orderBy: { issuedAt: "desc" },
    take: MOST_TOKENS,
  });
}

function tokenFacts({ id, label, subject, subjectKind, scopes, meta, clientId, expiresAt, revokedAt }: AccessTokenModel, now: Date) {
  const state = revokedAt ? ("revoked" as const) : expiresAt <= now ? ("expired" as const) : ("live" as const);
  return {
    id,
    label,
    subject,
    subjectKind,
    scopes: aclSchema.parse(scopes),
    meta: metaSchema.parse(meta),
    clientId,
    expiresAt: expiresAt.toISOString(),
    state,
  };
}
