import { notFound } from "@/lib/base/errors";
import { changeMemberInputSchema } from "@/lib/domain/members/member-input";
import type { MemberView } from "@/lib/domain/members/member-view";
import { roleAllows } from "@/lib/domain/members/permissions";
import { rotateAfterMember } from "@/lib/server/encryption/rotate-after-member";
import { revokeTokensOf } from "@/lib/server/tokens";
import { writeVerb } from "@/lib/server/verb";
import { keepOneAdmin } from "./last-admin";
import { MEMBER_SELECT, memberView } from "./member-view";

/** Takes effect at the member's next request; their open tabs fetch a live token with the new rights. */
export const changeMemberRole = writeVerb({
  permission: "members:write",
  input: changeMemberInputSchema,
  async run(ctx, { userId, role }): Promise<MemberView> {
    const where = { userId_fleetId: { userId, fleetId: ctx.fleetId } };
    const before = await ctx.tx.membership.findUnique({ where, select: MEMBER_SELECT });
    if (!before) throw notFound("member");
    if (before.role === role) return memberView(before);
    if (before.role === "admin") await keepOneAdmin(ctx, userId);
    const after = await ctx.tx.membership.update({ where, data: { role }, select: MEMBER_SELECT });
    await revokeTokensOf(ctx, { subject: userId, fleetId: ctx.fleetId, reason: "role changed" });
    if (roleAllows(before.role, "telemetry:read") && !roleAllows(role, "telemetry:read"))
      await rotateAfterMember(ctx, { userId, reason: `${before.user.email} may not read values any more` });
    await ctx.audit({ action: "member.role_changed", objectKind: "user", objectId: userId, before: { role: before.role }, after: { role } });
    return memberView(after);
  },
});
