import { commandViewSchema } from "@/lib/domain/commands/command-view";
import { rejectCommand } from "@/lib/server/commands/decide-command";
import { route } from "@/lib/web/route";

export const POST = route({ summary: "Turn down a dangerous command that somebody else asked for", verb: rejectCommand, output: commandViewSchema });
