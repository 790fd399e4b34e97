import { z } from "zod";
import { notFound, SallyportError } from "@/lib/base/errors";
import { rotateAfterMember } from "@/lib/server/encryption/rotate-after-member";
import { inTransaction, writeVerb } from "@/lib/server/verb";
import { auditInFleetsOf } from "./audit-in-fleets";
import { endUserSessions } from "./end-user-session";
import { keepOneAdmin } from "./last-admin";

/**
 * Shuts a person out of the whole installation, or lets them in again. Not one fleet's to decide: for the machine's own
 * administrator (command line) only.
 */
export const setUserDisabled = writeVerb({
  permission: "members:write",
  input: z.object({ userId: z.string().max(64), disabled: z.boolean() }),
  async run(ctx, { userId, disabled }): Promise<{ userId: string; disabled: boolean }> {
    if (ctx.actor.kind !== "system")
      throw new SallyportError("forbidden", "Only the command line shuts a person out of every fleet.", { hint: "Remove the member from this fleet instead." });
    const user = await ctx.tx.user.findUnique({ where: { id: userId }, select: { id: true, name: true, disabledAt: true } });
    if (!user) throw notFound("member");
    if ((user.disabledAt !== null) === disabled) return { userId, disabled };
    if (disabled) {
      const administered = await ctx.tx.membership.findMany({ where: { userId, role: "admin" }, select: { fleetId: true }, orderBy: { fleetId: "asc" } });
      for (const { fleetId } of administered) await keepOneAdmin({ ...ctx, fleetId }, userId);
    }
    await ctx.tx.user.update({ where: { id: userId }, data: { disabledAt: disabled ? ctx.now : null } });
    if (disabled) await endUserSessions(ctx, ctx.tx, { userId }, "shut out");
    if (disabled)
      for (const { fleetId } of await ctx.tx.membership.findMany({ where: { userId }, select: { fleetId: true }, orderBy: { fleetId: "asc" } }))
        await rotateAfterMember(inTransaction({ ...ctx, fleetId }, ctx.tx), { userId, reason: `${user.name} was shut out` });
    await auditInFleetsOf(ctx, ctx.tx, user, disabled ? "user.disabled" : "user.enabled", undefined, ctx.actor);
    return { userId, disabled };
  },
});
