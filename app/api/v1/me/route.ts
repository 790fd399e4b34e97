import { meSchema } from "@/lib/domain/members/member-view";
import { getMe } from "@/lib/server/members/get-me";
import { ownRoute } from "@/lib/web/route";

export const GET = ownRoute({ summary: "Who asks, and what they may do where", output: meSchema, run: getMe });
