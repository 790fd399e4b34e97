import { z } from "zod";
import { inTransaction, type WriteContext, writeVerb } from "../verb";
import { awaitCut } from "./await-cut";
import { markRevoked, recordRevocation, writeCutoff } from "./revocations/record-revocation";
import { selectTokens } from "./revocations/select-tokens";

/**
 * Takes a token back for good. Brokers hear of it with the commit and cut what is connected with it; the answer comes when they
 * have. Twice is once.
 */
export const revokeToken = writeVerb({
  permission: "tokens:revoke",
  input: z.object({ tokenId: z.string().min(1).max(64), reason: z.string().trim().min(1).max(200).default("revoked by hand") }),
  async run(ctx, { tokenId, reason }) {
    const selector = { tokenId };
    const selected = await selectTokens({ db: ctx.tx, fleetId: ctx.fleetId, now: ctx.now }, selector);
    const recorded = await recordRevocation(ctx, { ...selected, selector, reason });
    return { tokenId, revoked: recorded !== undefined, revocationId: recorded?.revocationId ?? null };
  },
});

/**
 * Takes every live token of a subject back, inside another verb's transaction: a device is suspended or retired, a member
 * leaves or changes role, a key is revoked. Without `fleetId` in all fleets (a user is disabled). Answers the token ids.
 */
export async function revokeTokensOf(
  ctx: WriteContext,
  { subject, fleetId, reason }: { subject: string; fleetId?: string; reason: string },
): Promise<string[]> {
  const tokens = await ctx.tx.accessToken.findMany({
    where: { subject, revokedAt: null, fleetId: fleetId ?? { not: null } },
    select: { id: true, fleetId: true, subjectKind: true },
    orderBy: { id: "asc" },
  });
  // Tabs come and go; the verb that ends their owner's access is the record.
  const tabs = await markRevoked(
    ctx,
    tokens.flatMap(({ id, subjectKind }) => (subjectKind === "console" ? [id] : [])),
    reason,
  );
  const revoked = tabs.map(({ id }) => id);
  if (revoked.length > 0) ctx.afterCommit(() => awaitCut(ctx.database, { tokenIds: revoked }));
  const rest = tokens.filter(({ subjectKind }) => subjectKind !== "console");
  for (const fleet of new Set(rest.map((token) => token.fleetId ?? ""))) {
    const tokenIds = rest.flatMap((token) => (token.fleetId === fleet ? [token.id] : []));
    const recorded = await recordRevocation(inTransaction({ ...ctx, fleetId: fleet }, ctx.tx), { tokenIds, selector: { subject }, reason });
    revoked.push(...(recorded?.tokens ?? []).map(({ id }) => id));
  }
  return revoked;
}

/** Takes all of a device back, those that we have no record of too, inside the verb that suspends or retires it. */
export async function revokeTokensOfDevice(
  ctx: WriteContext,
  { deviceId, reason }: { deviceId: string; reason: string },
): Promise<{ revocationId: string | null; tokens: number }> {
  const selector = { deviceId };
  const selected = await selectTokens({ db: ctx.tx, fleetId: ctx.fleetId, now: ctx.now }, selector);
  // Without a token of ours there is no act to keep a record of.
  if (selected.tokenIds.length === 0 && selected.cutoff) await writeCutoff(ctx, selected.cutoff);
  const recorded = selected.tokenIds.length > 0 ? await recordRevocation(ctx, { ...selected, selector, reason }) : undefined;
  return { revocationId: recorded?.revocationId ?? null, tokens: recorded?.tokens.length ?? 0 };
}
