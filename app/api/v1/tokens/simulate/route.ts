import { simulationSchema } from "@/lib/domain/tokens/simulation-view";
import { simulateAccess } from "@/lib/server/tokens";
import { route } from "@/lib/web/route";

export const POST = route({ summary: "What brokers would say to these requests, and by which scope", verb: simulateAccess, output: simulationSchema });
