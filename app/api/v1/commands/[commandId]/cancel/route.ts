import { commandViewSchema } from "@/lib/domain/commands/command-view";
import { cancelCommand } from "@/lib/server/commands/decide-command";
import { route } from "@/lib/web/route";

export const POST = route({ summary: "Call a command back that its device has not got yet", verb: cancelCommand, output: commandViewSchema });
