import { commandViewSchema } from "@/lib/domain/commands/command-view";
import { listCommands } from "@/lib/server/commands/read-commands";
import { pageOf } from "@/lib/web/page-of";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "Commands of this fleet, newest first", verb: listCommands, output: pageOf(commandViewSchema) });
