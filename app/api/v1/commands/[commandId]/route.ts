import { commandViewSchema } from "@/lib/domain/commands/command-view";
import { getCommand } from "@/lib/server/commands/read-commands";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "A command, and what became of it", verb: getCommand, output: commandViewSchema });
