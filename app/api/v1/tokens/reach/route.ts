import { whoCanSchema } from "@/lib/domain/tokens/who-can";
import { whoCan } from "@/lib/server/tokens";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "Who can publish or subscribe to a topic, and whom a deny stops", verb: whoCan, output: whoCanSchema });
