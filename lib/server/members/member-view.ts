import type { MemberView } from "@/lib/domain/members/member-view";
import type { Role } from "@/lib/domain/members/permissions";

/** What a query must load for `memberView`. */
export const MEMBER_SELECT = {
  role: true,
  user: {
    select: {
      id: true,
      email: true,
      name: true,
      disabledAt: true,
      userSessions: { select: { lastUsedAt: true }, orderBy: { lastUsedAt: "desc" }, take: 1 },
    },
  },
} as const;

interface MemberRow {
  role: Role;
  user: { id: string; email: string; name: string; disabledAt: Date | null; userSessions: { lastUsedAt: Date }[] };
}

export function memberView({ role, user }: MemberRow): MemberView {
  return {
    userId: user.id,
    email: user.email,
    name: user.name,
    role,
    disabled: user.disabledAt !== null,
    lastUsedAt: user.userSessions[0]?.lastUsedAt.toISOString() ?? null,
  };
}
