import type { Context } from "../context";
import type { Transaction } from "../database/client";

/** Whoever made an API key and has it ask is no second admin. */
export async function madeRequester(
  tx: Pick<Transaction, "auditEvent">,
  { actor, fleetId }: Pick<Context, "actor" | "fleetId">,
  requestedById: string,
): Promise<boolean> {
  const made = await tx.auditEvent.findFirst({
    where: { fleetId, action: "api_key.created", objectId: requestedById, actorId: actor.id },
    select: { id: true },
  });
  return made !== null;
}
