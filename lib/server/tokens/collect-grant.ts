import { z } from "zod";
import type { Granted } from "@/lib/domain/tokens/grant-answer";
import { grantRequestSchema } from "@/lib/domain/tokens/grant-request";
import { authorize } from "../context";
import { inTransaction, parseInput, type Verb } from "../verb";
import { loadRequest, moveRequest } from "./decide-grant-request";
import { mintGrant, revokeReplaced } from "./grant-token";
import { prepareGrant } from "./prepare-grant";

const input = z.object({ grantRequestId: z.string().min(1).max(64) });
const spec = { permission: "tokens:grant", input } as const;

/** The token of an approved request, made now and shown once to who asked for it. What was approved is what is granted. */
export const collectGrant: Verb<typeof input, Granted> = Object.assign(async (...[ctx, raw]: Parameters<Verb<typeof input, Granted>>) => {
  authorize(ctx, spec.permission);
  const { grantRequestId } = parseInput(input, raw);
  const { prisma } = ctx.database;
  const request = grantRequestSchema.parse((await loadRequest(prisma, ctx.fleetId, grantRequestId)).request);
  const prepared = await prepareGrant(ctx, request);
  const granted = await prisma.$transaction(async (tx) => {
    const writing = inTransaction(ctx, tx);
    const row = await loadRequest(tx, ctx.fleetId, grantRequestId);
    await moveRequest(writing, row, "collect", {});
    const minted = await mintGrant(writing, request, prepared, { requestId: row.id, by: row.decidedBy ?? "" });
    await tx.grantRequest.update({ where: { id: row.id }, data: { tokenId: minted.tokenId } });
    return minted;
  });
  return { ...granted, revokedReplaced: await revokeReplaced(ctx, request) };
}, spec);
