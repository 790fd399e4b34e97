import { userSessionSchema } from "@/lib/domain/members/user-session-view";
import { listUserSessions } from "@/lib/server/members/list-user-sessions";
import { pageOf } from "@/lib/web/page-of";
import { ownRoute } from "@/lib/web/route";

export const GET = ownRoute({ summary: "Browsers in which you are signed in", output: pageOf(userSessionSchema), run: listUserSessions });
