import { catalogueViewSchema } from "@/lib/domain/commands/command-view";
import { getCatalogue, setCatalogue } from "@/lib/server/commands/catalogue";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "What the devices of a profile may be asked to do", verb: getCatalogue, output: catalogueViewSchema });

export const PATCH = route({ summary: "Say what the devices of a profile may be asked to do", verb: setCatalogue, output: catalogueViewSchema });
