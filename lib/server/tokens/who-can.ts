import { z } from "zod";
import { SallyportError } from "@/lib/base/errors";
import { type AskedProblem, askedProblem, deviceLevel, fullTopic, standingOf, type WhoCan, type WhoCanQuestion } from "@/lib/domain/tokens/who-can";
import { aclSchema } from "@/lib/protocol/access";
import { TOPIC_ROOT } from "@/lib/protocol/topics";
import type { Context } from "../context";
import { readVerb } from "../verb";
import { tokenViews } from "./token-views";

const input = z.object({
  topic: z.string().trim().min(1).max(512),
  action: z.enum(["publish", "subscribe"]),
  /** Also the short-lived tokens of open browser tabs, which come and go. */
  tabs: z.stringbool().default(false),
  /** How many of each kind are listed; the totals are exact all the same. */
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

/** Which live tokens of the fleet may publish to this topic, or subscribe to this topic or filter, and which a deny stops. */
export const whoCan = readVerb({
  permission: "tokens:read",
  input,
  async run(ctx, { topic: asked, action, tabs, limit }): Promise<WhoCan> {
    const question = { topic: fullTopic(asked, ctx.fleetId), action };
    const problem = askedProblem(question, ctx.fleetId);
    if (problem) throw refused(problem);
    const now = ctx.clock.now();
    const standing = { allowed: new Map<string, number>(), stopped: new Map<string, number>() };
    for (const { id, scopes } of await candidates(ctx, question, { tabs, now })) {
      const found = standingOf(aclSchema.parse(scopes), question);
      if (found.standing !== "nothing") standing[found.standing].set(id, found.scope);
    }
    const [allowed, stopped] = await Promise.all([shown(ctx, standing.allowed, limit, now), shown(ctx, standing.stopped, limit, now)]);
    return { ...question, allowed, stopped, allowedTotal: standing.allowed.size, stoppedTotal: standing.stopped.size };
  },
});

/**
 * Few tokens can be about one topic: those of the device it names, those that name that device, and those with a wildcard in its
 * place. The evaluator has the last word on each.
 */
async function candidates(
  { database, fleetId }: Context,
  { topic }: WhoCanQuestion,
  { tabs, now }: { tabs: boolean; now: Date },
): Promise<{ id: string; scopes: unknown }[]> {
  const device = deviceLevel(topic);
  // As Postgres writes jsonb: what a scope's topic begins with.
  const begins = ["+", "#", device ?? "+"].map((level) => `"topic": ${JSON.stringify(`${TOPIC_ROOT}/${fleetId}/${level}`).slice(0, -1)}`);
  const { rows } = await database.pool.query<{ id: string; scopes: unknown }>(
    `select id, scopes from access_token
     where fleet_id = $1 and revoked_at is null and expires_at > $2 and ($6 or not (subject_kind = 'console' and granted_by = ''))
       and (strpos(scopes::text, $3) > 0 or strpos(scopes::text, $4) > 0 or strpos(scopes::text, $5) > 0)`,
    [fleetId, now, ...begins, tabs],
  );
  return rows;
}

async function shown(ctx: Context, standing: ReadonlyMap<string, number>, limit: number, now: Date) {
  const rows = await ctx.database.prisma.accessToken.findMany({
    where: { id: { in: [...standing.keys()] }, fleetId: ctx.fleetId },
    orderBy: [{ issuedAt: "desc" }, { id: "desc" }],
    take: limit,
  });
  const views = await tokenViews(ctx, rows, now);
  return views.map((token) => ({ token, scope: standing.get(token.id) ?? 0 }));
}

const SENTENCES: Record<AskedProblem, string> = {
  other_fleet: "This topic does not belong to this fleet: no token of it could reach it.",
  reserved: "Topics that begin with $ are the broker's own: no token reaches them.",
  wildcard_in_topic: "One publishes to one topic, not to a filter with + or #.",
  bad_wildcard: "+ and # stand for whole levels, and # only for the last.",
  empty: "A topic has no empty levels.",
  too_long: "A topic has at most 512 bytes.",
  too_many_levels: "A topic has at most 12 levels.",
  control_character: "A topic has no control characters.",
};

function refused(problem: AskedProblem): SallyportError {
  const message = SENTENCES[problem];
  return new SallyportError("invalid_input", message, {
    hint: "Ask for a topic of this fleet; sp/v1/{fleet}/ may be left out, as in dev_1/down/state.",
    fields: [{ path: "topic", message }],
  });
}
