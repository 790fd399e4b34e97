import { z } from "zod";
import type { MemberView } from "@/lib/domain/members/member-view";
import { type Page, readVerb } from "@/lib/server/verb";
import { MEMBER_SELECT, memberView } from "./member-view";

/** Members of this fleet by e-mail. `cursor` is the last e-mail shown. */
export const listMembers = readVerb({
  permission: "members:read",
  input: z.object({ limit: z.coerce.number().int().min(1).max(500).default(100), cursor: z.string().max(254).optional() }),
  async run(ctx, { limit, cursor }): Promise<Page<MemberView>> {
    const { membership } = ctx.database.prisma;
    const [rows, total] = await Promise.all([
      membership.findMany({
        where: { fleetId: ctx.fleetId, ...(cursor === undefined ? {} : { user: { email: { gt: cursor } } }) },
        orderBy: { user: { email: "asc" } },
        take: limit + 1,
        select: MEMBER_SELECT,
      }),
      membership.count({ where: { fleetId: ctx.fleetId } }),
    ]);
    const items = rows.slice(0, limit).map(memberView);
    return { items, nextCursor: rows.length > limit ? (items.at(-1)?.email ?? null) : null, total };
  },
});
