import { z } from "zod";
import { notFound, SallyportError } from "@/lib/base/errors";
import { type GrantRequestAct, type GrantRequestState, nextGrantState } from "@/lib/domain/tokens/grant-approval";
import type { GrantRequestModel } from "@/prisma/generated/models";
import type { Transaction } from "../database/client";
import { madeRequester } from "../members/made-requester";
import { type WriteContext, writeVerb } from "../verb";

const input = z.object({ grantRequestId: z.string().min(1).max(64), comment: z.string().trim().max(500).default("") });
type Decided = { id: string; state: GrantRequestState };

const decisionVerb = (act: Exclude<GrantRequestAct, "collect">) =>
  writeVerb({
    permission: "tokens:grant",
    input,
    async run(ctx, { grantRequestId, comment }): Promise<Decided> {
      const row = await loadRequest(ctx.tx, ctx.fleetId, grantRequestId);
      const decided = act === "withdraw" ? {} : { decidedById: ctx.actor.id, decidedBy: ctx.actor.name, decidedAt: ctx.now, comment };
      const state = await moveRequest(ctx, row, act, decided);
      await ctx.audit({ action: `grant.${state}`, objectKind: "grant_request", objectId: row.id, before: { state: row.state }, after: { state, comment } });
      return { id: row.id, state };
    },
  });

/** By another admin than who asked: the token itself is made when its requester collects it. */
export const approveGrantRequest = decisionVerb("approve");
export const rejectGrantRequest = decisionVerb("reject");
/** By who asked, before it is collected. */
export const withdrawGrantRequest = decisionVerb("withdraw");

export async function loadRequest(tx: Pick<Transaction, "grantRequest">, fleetId: string, id: string): Promise<GrantRequestModel> {
  const row = await tx.grantRequest.findFirst({ where: { id, fleetId } });
  if (!row) throw notFound("grant request");
  return row;
}

/** Moves it on when it is still as it was read: of two that act at once, one does. Answers the new state. */
export async function moveRequest(
  ctx: WriteContext,
  row: GrantRequestModel,
  act: GrantRequestAct,
  data: { decidedById?: string; decidedBy?: string; decidedAt?: Date; comment?: string },
): Promise<GrantRequestState> {
  const made = await madeRequester(ctx.tx, ctx, row.requestedById);
  const state = nextGrantState(row, act, { id: ctx.actor.id, person: ctx.actor.kind === "user", madeRequester: made }, ctx.now);
  const { count } = await ctx.tx.grantRequest.updateMany({ where: { id: row.id, fleetId: ctx.fleetId, state: row.state }, data: { ...data, state } });
  if (count === 0) throw new SallyportError("conflict", "Somebody acted on this request just now.", { hint: "Look at it again." });
  return state;
}
