import { addedMemberSchema } from "@/lib/domain/members/member-input";
import { memberSchema } from "@/lib/domain/members/member-view";
import { addMember } from "@/lib/server/members/add-member";
import { listMembers } from "@/lib/server/members/list-members";
import { pageOf } from "@/lib/web/page-of";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "Members of the fleet, by e-mail", verb: listMembers, output: pageOf(memberSchema) });

export const POST = route({ summary: "Add a member; the set-up link is shown once", verb: addMember, output: addedMemberSchema, status: 201 });
