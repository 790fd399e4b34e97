import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import type { Context } from "@/lib/server/context";
import type { Transaction } from "@/lib/server/database/client";
import { revokeTokensOf } from "@/lib/server/tokens";
import { inTransaction, parseInput, transact } from "@/lib/server/verb";
import { auditInFleetsOf } from "./audit-in-fleets";

const input = z.object({ userSessionId: z.string().max(64) });

/**
 * Ends one of the caller's own signed-in browsers, this one (sign-out) or another. Open tabs lose their live link too; those
 * of other browsers fetch a fresh token by themselves.
 */
export async function endUserSession(ctx: Context, rawInput: unknown): Promise<{ userSessionId: string }> {
  const { userSessionId } = parseInput(input, rawInput);
  if (ctx.actor.kind !== "user") throw notFound("session");
  const { actor } = ctx;
  await transact(ctx, async (inside) => {
    const { tx } = inside;
    const mine = await tx.userSession.findFirst({ where: { id: userSessionId, userId: actor.id }, select: { id: true } });
    if (!mine) throw notFound("session");
    const ended = await endUserSessions(inside, tx, { userId: actor.id, only: userSessionId }, "signed out");
    if (ended > 0) await auditInFleetsOf(ctx, tx, actor, "user.signed_out", { userSessionId });
  });
  return { userSessionId };
}

/** Ends sessions of a person inside another step's transaction: all, one, or all but one. Answers how many ended now. */
export async function endUserSessions(
  ctx: Context,
  tx: Transaction,
  which: { userId: string; only?: string; except?: string },
  reason: string,
): Promise<number> {
  const { count } = await tx.userSession.updateMany({
    where: {
      userId: which.userId,
      endedAt: null,
      ...(which.only === undefined ? {} : { id: which.only }),
      ...(which.except === undefined ? {} : { id: { not: which.except } }),
    },
    data: { endedAt: ctx.clock.now() },
  });
  if (count > 0) await revokeTokensOf(inTransaction(ctx, tx), { subject: which.userId, reason });
  return count;
}
