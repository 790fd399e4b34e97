import { revealedSchema } from "@/lib/domain/telemetry/reveal";
import { revealReadings } from "@/lib/server/telemetry/reveal-readings";
import { route } from "@/lib/web/route";

export const POST = route({ summary: "Values that your role does not see, with a reason; audited", verb: revealReadings, output: revealedSchema });
