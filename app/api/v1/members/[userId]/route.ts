import { z } from "zod";
import { memberSchema } from "@/lib/domain/members/member-view";
import { changeMemberRole } from "@/lib/server/members/change-member-role";
import { removeMember } from "@/lib/server/members/remove-member";
import { route } from "@/lib/web/route";

export const PATCH = route({ summary: "Change a member's role, from their next request on", verb: changeMemberRole, output: memberSchema });

export const DELETE = route({ summary: "Remove a member", verb: removeMember, output: z.object({ userId: z.string() }) });
