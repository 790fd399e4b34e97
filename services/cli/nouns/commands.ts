import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { z } from "zod";
import { SallyportError } from "@/lib/base/errors";
import { catalogueSchema } from "@/lib/domain/commands/catalogue";
import { isOver } from "@/lib/domain/commands/command-state";
import type { CommandView } from "@/lib/domain/commands/command-view";
import type { CommandDefinition } from "@/lib/domain/commands/definition";
import type { ParameterValue } from "@/lib/protocol/command";
import { getCatalogue, setCatalogue } from "@/lib/server/commands/catalogue";
import { cancelCommand } from "@/lib/server/commands/decide-command";
import { getCommand, listCommands, listDeviceCommands } from "@/lib/server/commands/read-commands";
import { sendCommand } from "@/lib/server/commands/send-command";
import type { Context } from "@/lib/server/context";
import { findDevice } from "@/lib/server/devices/find-device";
import { getDevice } from "@/lib/server/devices/get-device";
import { given, type Io, leaf, paged, tag, whole } from "../leaf";
import { type Output, printFacts, printJson, printList } from "../output";

const LOOK_MS = 250;

export function commandCommands(program: Command, io: Io): void {
  const noun = program.command("commands").description("ask devices to do something: catalogue, send, list, show, cancel");
  leaf(noun, io, "catalogue <profile-id>", "what the devices of a profile may be asked to do", async ({ ctx, output, options, args }) => {
    const profileId = args[0] ?? "";
    const wanted = options.standard === true ? null : typeof options.set === "string" ? readCatalogue(options.set) : undefined;
    const { standard, commands } = wanted === undefined ? await getCatalogue(ctx, { profileId }) : await setCatalogue(ctx, { profileId, commands: wanted });
    if (output.json) printJson(output, { profileId, standard, commands });
    else printList(output, { items: commands, nextCursor: null, total: commands.length }, CATALOGUE_COLUMNS);
  })
    .option("--set <file>", "write it: a JSON array, as --json prints it under commands")
    .option("--standard", "the agent's commands again");
  leaf(noun, io, "send <device> <name>", "send one", async ({ ctx, output, options, args }) => {
    const { deviceId } = await findDevice(ctx, { device: args[0] ?? "" });
    const name = args[1] ?? "";
    const parameters = await parametersOf(ctx, deviceId, name, Array.isArray(options.with) ? options.with : []);
    const key = typeof options.key === "string" ? { idempotencyKey: options.key } : {};
    const sent = await sendCommand(ctx, { deviceId, name, parameters, ...key });
    printCommand(output, typeof options.wait === "number" ? await ended(ctx, sent, options.wait) : sent);
  })
    .option("--with <key=value>", "a parameter, as often as there are some", tag)
    .option("--key <key>", "idempotency key: the same command again answers the first one")
    .option("--wait <seconds>", "until it is over, at most so long", whole);
  paged(
    leaf(noun, io, "list", "newest first", async ({ ctx, output, options }) => {
      const filters = given(options, "limit", "cursor", "state");
      const list =
        typeof options.device === "string"
          ? await listDeviceCommands(ctx, { deviceId: (await findDevice(ctx, { device: options.device })).deviceId, ...filters })
          : await listCommands(ctx, filters);
      printList(output, list, {
        at: (row) => row.requestedAt,
        device: (row) => row.device.name,
        command: (row) => row.name,
        state: (row) => row.state,
        by: (row) => row.requestedBy,
        error: (row) => row.error?.code ?? null,
        id: (row) => row.id,
      });
    }),
  )
    .option("--device <device>", "of this device")
    .option("--state <state>", "open, or one state: waiting, queued, sent, delivered, running, succeeded, failed, rejected, timed_out, expired, cancelled");
  leaf(noun, io, "show <id>", "one command, and what became of it", async ({ ctx, output, args }) => {
    printCommand(output, await getCommand(ctx, { commandId: args[0] ?? "" }));
  });
  leaf(noun, io, "cancel <id>", "call one back that its device has not got yet", async ({ ctx, output, args }) => {
    printCommand(output, await cancelCommand(ctx, { commandId: args[0] ?? "" }));
  });
}

const CATALOGUE_COLUMNS: Record<string, (row: CommandDefinition) => string | boolean | number> = {
  name: (row) => row.name,
  title: (row) => row.title,
  parameters: (row) => row.parameters.map(({ name, required }) => (required ? name : `[${name}]`)).join(" "),
  dangerous: (row) => row.dangerous,
  waits: (row) => row.queue,
  "expires after s": (row) => row.expirySeconds,
};

function printCommand(output: Output, command: CommandView): void {
  const { id, device, name, parameters, state, requestedBy, requestedAt, deliveredAt, endedAt, result, error, late } = command;
  printFacts(output, command, {
    command: id,
    device: device.name,
    name,
    parameters: JSON.stringify(parameters),
    state,
    asked: `${requestedAt} by ${requestedBy}`,
    delivered: deliveredAt,
    ended: endedAt,
    result: result === null ? null : JSON.stringify(result),
    error: error && `${error.code}: ${error.message}`,
    "late answer": late && `${late.state} at ${late.at}`,
  });
}

/** `key=value` as the catalogue has them: numbers and yes or no are no text. */
async function parametersOf(ctx: Context, deviceId: string, name: string, pairs: readonly string[]): Promise<Record<string, ParameterValue>> {
  const { profile } = await getDevice(ctx, { deviceId });
  const { commands } = await getCatalogue(ctx, { profileId: profile.id });
  const kinds = new Map(commands.find((one) => one.name === name)?.parameters.map((parameter) => [parameter.name, parameter.kind]));
  return Object.fromEntries(
    pairs.map((pair) => {
      const [key = "", ...rest] = pair.split("=");
      const text = rest.join("=");
      const kind = kinds.get(key);
      if (kind === "number" && text.trim() !== "" && Number.isFinite(Number(text))) return [key, Number(text)];
      return [key, kind === "boolean" && (text === "true" || text === "false") ? text === "true" : text];
    }),
  );
}

async function ended(ctx: Context, sent: CommandView, seconds: number): Promise<CommandView> {
  let command = sent;
  for (const until = performance.now() + seconds * 1000; !isOver(command.state) && performance.now() < until; ) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    command = await getCommand(ctx, { commandId: sent.id });
  }
  return command;
}

function readCatalogue(file: string): CommandDefinition[] {
  try {
    return catalogueSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : "It is not JSON.";
    throw new SallyportError("invalid_input", `${file} is no catalogue. ${why}`);
  }
}
