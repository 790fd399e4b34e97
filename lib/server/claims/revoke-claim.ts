import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import { writeVerb } from "../verb";

/** From now on it lets nobody in, and nobody goes on with it. Devices that it let in stay. Twice is once. */
export const revokeClaim = writeVerb({
  permission: "claims:write",
  input: z.object({ claimId: z.string().max(64) }),
  async run({ tx, fleetId, now, actor, audit }, { claimId }): Promise<{ claimId: string; revoked: boolean }> {
    const { count } = await tx.claim.updateMany({ where: { id: claimId, fleetId, revokedAt: null }, data: { revokedAt: now, revokedBy: actor.name } });
    if (count === 0 && !(await tx.claim.findFirst({ where: { id: claimId, fleetId }, select: { id: true } }))) throw notFound("claim");
    if (count > 0) await audit({ action: "claim.revoked", objectKind: "claim", objectId: claimId });
    return { claimId, revoked: count > 0 };
  },
});
