import { z } from "zod";
import { notFound, SallyportError } from "@/lib/base/errors";
import { type EnrolmentState, nextEnrolmentState } from "@/lib/domain/claims/enrolment";
import type { Transaction } from "../database/client";
import { writeVerb } from "../verb";

const input = z.object({ enrolmentId: z.string().max(64) });

/**
 * A person has compared the fingerprint and lets the device in, or not. An approved device proves its key once more and gets its
 * token then: until it does, nothing of it exists. A denied one gives its use of the claim back.
 */
const decisionVerb = (event: "approve" | "deny") =>
  writeVerb({
    permission: "claims:write",
    input,
    async run(ctx, { enrolmentId }): Promise<{ id: string; state: EnrolmentState }> {
      const { tx, fleetId, now, actor } = ctx;
      const found = await tx.enrolment.findFirst({ where: { id: enrolmentId, fleetId }, select: { claimId: true } });
      if (!found) throw notFound("enrolment");
      // The claim first, as whoever answers devices does: then this enrolment stands still, too.
      await tx.$queryRaw`select 1 from claim where id = ${found.claimId} for update`;
      const enrolment = await tx.enrolment.findUniqueOrThrow({ where: { id: enrolmentId } });
      const state = nextEnrolmentState(enrolment.state, event);
      if (!state || state === enrolment.state) throw new SallyportError("conflict", `This device is ${enrolment.state} by now.`, { hint: "Look at it again." });
      if (event === "deny") await tx.claim.update({ where: { id: enrolment.claimId }, data: { used: { decrement: 1 } } });
      else if (enrolment.state === "denied") await takeUse(tx, enrolment.claimId);
      await tx.enrolment.update({ where: { id: enrolmentId }, data: { state, decidedBy: actor.name, decidedAt: now, updatedAt: now } });
      await ctx.audit({
        action: event === "approve" ? "enrolment.approved" : "enrolment.denied",
        objectKind: "enrolment",
        objectId: enrolmentId,
        before: { state: enrolment.state },
        after: { state, claim: enrolment.claimId, serial: enrolment.serial },
      });
      await ctx.enqueue("claim.answer", { claimId: enrolment.claimId, applicant: enrolment.thumbprint, message: null });
      return { id: enrolmentId, state };
    },
  });

async function takeUse(tx: Pick<Transaction, "$executeRaw">, claimId: string): Promise<void> {
  const taken = await tx.$executeRaw`update claim set used = used + 1 where id = ${claimId} and used < use_limit`;
  if (taken === 0) throw new SallyportError("conflict", "This claim code was used as often as it may be.", { hint: "Make a new one for this device." });
}

export const approveEnrolment = decisionVerb("approve");
export const denyEnrolment = decisionVerb("deny");
