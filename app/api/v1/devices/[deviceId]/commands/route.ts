import { commandViewSchema } from "@/lib/domain/commands/command-view";
import { listDeviceCommands } from "@/lib/server/commands/read-commands";
import { sendCommand } from "@/lib/server/commands/send-command";
import { pageOf } from "@/lib/web/page-of";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "Commands to a device, newest first", verb: listDeviceCommands, output: pageOf(commandViewSchema) });

export const POST = route({ summary: "Ask a device to do something of its profile's catalogue", verb: sendCommand, output: commandViewSchema, status: 201 });
