import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import { CHANNELS } from "../database/notify";
import { type WriteContext, writeVerb } from "../verb";
import { awaitCut } from "./await-cut";

/** Brokers accept a token for a minute after its end (clock tolerance), so that long it can still be revoked. */
const PAST_MS = 120_000;
/** A notification holds at most 8,000 bytes. */
const IDS_PER_NOTIFICATION = 200;

const revokeInTransaction = writeVerb({
  permission: "tokens:revoke",
  input: z.object({ tokenId: z.string().min(1).max(64), reason: z.string().trim().min(1).max(200).default("revoked by hand") }),
  async run(ctx, { tokenId, reason }) {
    const token = await ctx.tx.accessToken.findFirst({ where: { id: tokenId, fleetId: ctx.fleetId }, select: { id: true } });
    if (!token) throw notFound("token");
    const [revoked] = await revoke(ctx, { id: tokenId, fleetId: ctx.fleetId }, reason);
    if (revoked) await audit(ctx, revoked, reason);
    return { tokenId, revoked: revoked !== undefined };
  },
});

/**
 * Takes a token back for good. Brokers hear of it with the commit and cut what is connected with it; the answer comes when they
 * have. Twice is once.
 */
export const revokeToken: typeof revokeInTransaction = Object.assign(
  async (...[ctx, input]: Parameters<typeof revokeInTransaction>) => {
    const result = await revokeInTransaction(ctx, input);
    // It is committed, whatever becomes of the look.
    if (result.revoked) await awaitCut(ctx.database, [result.tokenId]).catch(() => {});
    return result;
  },
  { permission: revokeInTransaction.permission, input: revokeInTransaction.input },
);

/**
 * Takes every live token of a subject back, inside another verb's transaction: a device is suspended or retired, a member
 * leaves or changes role, a key is revoked. Without `fleetId` in all fleets (a user is disabled). Answers the token ids.
 */
export async function revokeTokensOf(
  ctx: WriteContext,
  { subject, fleetId, reason }: { subject: string; fleetId?: string; reason: string },
): Promise<string[]> {
  const revoked = await revoke(ctx, { subject, ...(fleetId === undefined ? {} : { fleetId }) }, reason);
  // Tabs come and go; the verb that ends their owner's access is the record.
  for (const token of revoked) if (token.subjectKind !== "console") await audit(ctx, token, reason);
  return revoked.map(({ id }) => id);
}

async function revoke(ctx: WriteContext, which: { id?: string; subject?: string; fleetId?: string }, reason: string) {
  const revoked = await ctx.tx.accessToken.updateManyAndReturn({
    where: { ...which, revokedAt: null, expiresAt: { gt: new Date(ctx.now.getTime() - PAST_MS) } },
    data: { revokedAt: ctx.now, revokedReason: reason },
    select: { id: true, subject: true, subjectKind: true },
  });
  const ids = revoked.map(({ id }) => id);
  for (let i = 0; i < ids.length; i += IDS_PER_NOTIFICATION)
    await ctx.tx.$executeRaw`select pg_notify(${CHANNELS.tokenRevoked}, ${JSON.stringify(ids.slice(i, i + IDS_PER_NOTIFICATION))})`;
  return revoked;
}

async function audit(ctx: WriteContext, token: { id: string; subject: string }, reason: string): Promise<void> {
  await ctx.audit({ action: "token.revoked", objectKind: "token", objectId: token.id, after: { subject: token.subject, reason } });
}
