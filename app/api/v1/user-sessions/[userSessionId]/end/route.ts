import { z } from "zod";
import { endUserSession } from "@/lib/server/members/end-user-session";
import { ownRoute } from "@/lib/web/route";

const output = z.object({ userSessionId: z.string() });

export const POST = ownRoute({ summary: "Sign one of your browsers out", input: output, output, run: endUserSession });
