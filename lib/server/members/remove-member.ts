import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import { rotateAfterMember } from "@/lib/server/encryption/rotate-after-member";
import { revokeTokensOf } from "@/lib/server/tokens";
import { writeVerb } from "@/lib/server/verb";
import { endUserSessions } from "./end-user-session";
import { keepOneAdmin } from "./last-admin";

/** Ends a membership: refused at the next request, live links cut. Who is a member nowhere else is signed out as well. */
export const removeMember = writeVerb({
  permission: "members:write",
  input: z.object({ userId: z.string().max(64) }),
  async run(ctx, { userId }): Promise<{ userId: string }> {
    const membership = await ctx.tx.membership.findUnique({
      where: { userId_fleetId: { userId, fleetId: ctx.fleetId } },
      select: { role: true, user: { select: { email: true } } },
    });
    if (!membership) throw notFound("member");
    if (membership.role === "admin") await keepOneAdmin(ctx, userId);
    const { count } = await ctx.tx.membership.deleteMany({ where: { userId, fleetId: ctx.fleetId } });
    if (count === 0) throw notFound("member");
    await revokeTokensOf(ctx, { subject: userId, fleetId: ctx.fleetId, reason: "no longer a member" });
    if ((await ctx.tx.membership.count({ where: { userId } })) === 0) await endUserSessions(ctx, ctx.tx, { userId }, "no longer a member");
    await rotateAfterMember(ctx, { userId, reason: `${membership.user.email} left` });
    await ctx.audit({ action: "member.removed", objectKind: "user", objectId: userId, before: { email: membership.user.email, role: membership.role } });
    return { userId };
  },
});
