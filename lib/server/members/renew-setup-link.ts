import { z } from "zod";
import { notFound, SallyportError } from "@/lib/base/errors";
import { writeVerb } from "@/lib/server/verb";
import { makeSetupLink } from "./setup-link";

/** A new one-time link for a member who lost theirs or forgot the password. Only for people of no other fleet than this one. */
export const renewSetupLink = writeVerb({
  permission: "members:write",
  input: z.object({ userId: z.string().max(64) }),
  async run(ctx, { userId }): Promise<{ setupUrl: string; setupExpiresAt: string }> {
    const member = await ctx.tx.membership.findUnique({ where: { userId_fleetId: { userId, fleetId: ctx.fleetId } }, select: { userId: true } });
    if (!member) throw notFound("member");
    const elsewhere = await ctx.tx.membership.count({ where: { userId, fleetId: { not: ctx.fleetId } } });
    if (elsewhere > 0 && ctx.actor.kind !== "system")
      throw new SallyportError("conflict", "This person is a member of other fleets too; their password is not this fleet's to reset.", {
        hint: "On the machine itself: npm run sallyport -- members link EMAIL.",
      });
    const { url, expiresAt } = await makeSetupLink(ctx.tx, ctx.env, { userId, now: ctx.now });
    await ctx.audit({ action: "member.setup_link_made", objectKind: "user", objectId: userId });
    return { setupUrl: url, setupExpiresAt: expiresAt.toISOString() };
  },
});
