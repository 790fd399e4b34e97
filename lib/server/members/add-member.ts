import { SallyportError } from "@/lib/base/errors";
import { newId } from "@/lib/base/ids";
import { type AddedMember, addMemberInputSchema } from "@/lib/domain/members/member-input";
import { writeVerb } from "@/lib/server/verb";
import { MEMBER_SELECT, memberView } from "./member-view";
import { makeSetupLink } from "./setup-link";

/**
 * Makes somebody a member of this fleet. A person who is new to the installation gets a one-time link to choose a password.
 * Who has an account already gets none: a link would let this fleet's admin take over an account of another fleet.
 */
export const addMember = writeVerb({
  permission: "members:write",
  input: addMemberInputSchema,
  async run(ctx, { email, name, role }): Promise<AddedMember> {
    await ctx.tx.$executeRaw`select pg_advisory_xact_lock(hashtext(${`sallyport.member ${email}`}))`;
    const known = await ctx.tx.user.findUnique({ where: { email }, select: { id: true } });
    const userId =
      known?.id ??
      (await ctx.tx.user.create({ data: { id: newId("user"), email, name: name ?? email.slice(0, email.indexOf("@")) }, select: { id: true } })).id;
    const already = await ctx.tx.membership.findUnique({ where: { userId_fleetId: { userId, fleetId: ctx.fleetId } }, select: { role: true } });
    if (already) throw new SallyportError("conflict", `${email} is a member already, as ${already.role}.`, { hint: "Change the role instead." });
    const member = await ctx.tx.membership.create({ data: { userId, fleetId: ctx.fleetId, role, createdAt: ctx.now }, select: MEMBER_SELECT });
    const link = known ? null : await makeSetupLink(ctx.tx, ctx.env, { userId, now: ctx.now });
    await ctx.audit({ action: "member.added", objectKind: "user", objectId: userId, after: { email, role } });
    return { member: memberView(member), setupUrl: link?.url ?? null, setupExpiresAt: link?.expiresAt.toISOString() ?? null };
  },
});
