import { SallyportError } from "@/lib/base/errors";
import type { UserSessionView } from "@/lib/domain/members/user-session-view";
import type { Context } from "@/lib/server/context";
import type { Page } from "@/lib/server/verb";
import { USER_SESSION_IDLE_MS } from "./user-session-life";

/** The caller's own signed-in browsers, the last used one first. */
export async function listUserSessions(ctx: Context): Promise<Page<UserSessionView>> {
  if (ctx.actor.kind !== "user") throw new SallyportError("forbidden", "Only a person has signed-in browsers.");
  const { userSessionId } = ctx.actor;
  const now = ctx.clock.now();
  const rows = await ctx.database.prisma.userSession.findMany({
    where: {
      userId: ctx.actor.id,
      endedAt: null,
      expiresAt: { gt: now },
      lastUsedAt: { gt: new Date(now.getTime() - USER_SESSION_IDLE_MS) },
    },
    orderBy: [{ lastUsedAt: "desc" }, { id: "desc" }],
    take: 500,
  });
  const items = rows.map((row) => ({
    id: row.id,
    userAgent: row.userAgent,
    address: row.address,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    current: row.id === userSessionId,
  }));
  return { items, nextCursor: null, total: items.length };
}
