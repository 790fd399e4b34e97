import { suggestionsSchema } from "@/lib/domain/devices/suggestions";
import { suggestValues } from "@/lib/server/devices/suggest-values";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "Values of a field of devices that begin with a text, for queries", verb: suggestValues, output: suggestionsSchema });
