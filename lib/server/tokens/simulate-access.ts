import { notFound } from "@/lib/base/errors";
import { explain } from "@/lib/domain/tokens/explain";
import { type Simulation, simulationInputSchema } from "@/lib/domain/tokens/simulation-view";
import { aclSchema } from "@/lib/protocol/access";
import type { AccessTokenModel } from "@/prisma/generated/models";
import type { Context } from "../context";
import { readVerb } from "../verb";
import { subjectNames } from "./token-views";

const MOST_TOKENS = 50;

/** What brokers would say to up to 50 requests, by the evaluator that they ask. Nothing is changed, nothing is recorded. */
export const simulateAccess = readVerb({
  permission: "tokens:read",
  input: simulationInputSchema,
  async run(ctx, { subject, tokenId, scopes, checks }): Promise<Simulation> {
    const decide = (acl: Parameters<typeof explain>[0]) => checks.map((check) => ({ ...check, ...explain(acl, check, ctx.fleetId) }));
    if (scopes) return { results: [{ token: null, scopes, decisions: decide(scopes) }] };
    const now = ctx.clock.now();
    const rows = tokenId === undefined ? await liveTokensOf(ctx, subject ?? "", now) : [await tokenById(ctx, tokenId)];
    const names = await subjectNames(ctx, rows);
    return {
      results: rows.map((row) => {
        const acl = aclSchema.parse(row.scopes);
        return { token: tokenView(row, names.get(row.subject) ?? null, now), scopes: acl, decisions: decide(acl) };
      }),
    };
  },
});

async function tokenById(ctx: Context, id: string): Promise<AccessTokenModel> {
  const row = await ctx.database.prisma.accessToken.findFirst({ where: { id, fleetId: ctx.fleetId } });
  if (!row) throw notFound("token");
  return row;
}

async function liveTokensOf(ctx: Context, subject: string, now: Date): Promise<AccessTokenModel[]> {
  return ctx.database.prisma.accessToken.findMany({
    where: { fleetId: ctx.fleetId, subject, revokedAt: null, expiresAt: { gt: now } },
    orderBy: [{ issuedAt: "desc" }, { id: "desc" }],
    take: MOST_TOKENS,
  });
}

function tokenView({ id, label, subject, expiresAt, revokedAt }: AccessTokenModel, subjectName: string | null, now: Date) {
  const state = revokedAt ? ("revoked" as const) : expiresAt <= now ? ("expired" as const) : ("live" as const);
  return { id, label, subject, subjectName, expiresAt: expiresAt.toISOString(), state };
}
