import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import { readVerb } from "@/lib/server/verb";

/** A member by what a person types: e-mail or user id. */
export const findMember = readVerb({
  permission: "members:read",
  input: z.object({ member: z.string().trim().min(1).max(254) }),
  async run(ctx, { member }): Promise<{ userId: string; email: string }> {
    const found = await ctx.database.prisma.membership.findFirst({
      where: { fleetId: ctx.fleetId, user: { OR: [{ id: member }, { email: member.toLowerCase() }] } },
      select: { user: { select: { id: true, email: true } } },
    });
    if (!found) throw notFound(`member "${member}"`);
    return { userId: found.user.id, email: found.user.email };
  },
});
