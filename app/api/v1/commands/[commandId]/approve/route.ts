import { commandViewSchema } from "@/lib/domain/commands/command-view";
import { approveCommand } from "@/lib/server/commands/decide-command";
import { route } from "@/lib/web/route";

export const POST = route({ summary: "Agree to a dangerous command that somebody else asked for", verb: approveCommand, output: commandViewSchema });
