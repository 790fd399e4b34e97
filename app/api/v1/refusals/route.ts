import { refusalViewSchema } from "@/lib/domain/refusals/refusal-view";
import { listRefusals } from "@/lib/server/refusals";
import { pageOf } from "@/lib/web/page-of";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "What brokers refused, counted by hour, newest first", verb: listRefusals, output: pageOf(refusalViewSchema) });
