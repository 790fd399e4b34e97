import { z } from "zod";
import { notFound, SallyportError } from "@/lib/base/errors";
import { decideRenewal, type RenewalState } from "@/lib/domain/renewals/renewal-state";
import { writeVerb } from "../verb";

/** A person has compared the fingerprint and lets a device come home, or not. It proves its key once more and gets its token then. */
const decisionVerb = (decision: "approve" | "deny") =>
  writeVerb({
    permission: "claims:write",
    input: z.object({ deviceId: z.string().min(1).max(64) }),
    async run(ctx, { deviceId }): Promise<{ deviceId: string; state: RenewalState }> {
      const { tx, fleetId, now, actor } = ctx;
      // As the worker does: then this device stands still.
      await tx.$queryRaw`select 1 from device where id = ${deviceId} and fleet_id = ${fleetId} for update`;
      const found = await tx.deviceRenewal.findFirst({ where: { deviceId, fleetId }, include: { device: { select: { identity: true } } } });
      const identity = found?.device.identity;
      if (!found || !identity) throw notFound("renewal");
      const state = decideRenewal(found.state, decision);
      if (!state) throw new SallyportError("conflict", "This device does not wait for anybody.", { hint: "Look at it again." });
      await tx.deviceRenewal.update({ where: { deviceId }, data: { state, decidedBy: actor.name, decidedAt: now, updatedAt: now } });
      const action = decision === "approve" ? "renewal.approved" : "renewal.denied";
      await ctx.audit({ action, objectKind: "device", objectId: deviceId, before: { state: found.state }, after: { state } });
      await ctx.enqueue("renewal.answer", { via: "home", applicant: identity.thumbprint, message: null });
      return { deviceId, state };
    },
  });

export const approveRenewal = decisionVerb("approve");
export const denyRenewal = decisionVerb("deny");
