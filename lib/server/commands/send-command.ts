import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { notFound, SallyportError } from "@/lib/base/errors";
import { newId } from "@/lib/base/ids";
import { catalogueOf, checkParameters } from "@/lib/domain/commands/catalogue";
import { type CommandView, sendCommandInputSchema } from "@/lib/domain/commands/command-view";
import type { CommandDefinition } from "@/lib/domain/commands/definition";
import type { CommandMessage, ParameterValue } from "@/lib/protocol/command";
import { LIMITS } from "@/lib/protocol/limits";
import { refuseWhenSealed } from "../sealed/custody";
import { type WriteContext, writeVerb } from "../verb";
import { commandView, WITH_DEVICE } from "./command-row";
import { connectedDevices } from "./connected-devices";
import { messageOf } from "./deliver-commands";

/** A second admin has so long to decide. */
const DECIDE_MS = 24 * 3_600_000;
/** One device has no more commands under way than this. */
const MOST_OPEN = 100;

type Input = z.output<typeof sendCommandInputSchema>;

/**
 * Asks a device to do something of its profile's catalogue. Throws `invalid_input` for what the catalogue does not take, `too_large`,
 * `conflict` for a device that cannot get it, `sealed` for a fleet whose keys the server has not.
 */
export const sendCommand = writeVerb({
  permission: "commands:send",
  input: sendCommandInputSchema,
  async run(ctx, given): Promise<CommandView> {
    const known = await sameKey(ctx, given);
    if (known) return known;
    const device = await ctx.tx.device.findFirst({
      where: { id: given.deviceId, fleetId: ctx.fleetId },
      select: { name: true, lifecycle: true, profile: { select: { name: true, commands: true } } },
    });
    if (!device) throw notFound("device");
    const definition = catalogueOf(device.profile.commands).find(({ name }) => name === given.name);
    if (!definition)
      throw new SallyportError("invalid_input", `name: ${device.profile.name} has no command ${given.name}.`, {
        fields: [{ path: "name", message: "Not in the catalogue of its profile." }],
      });
    const checked = checkParameters(definition, given.parameters);
    if (!checked.ok) {
      const [first] = checked.fields;
      throw new SallyportError("invalid_input", `${first?.path}: ${first?.message}`, { fields: checked.fields });
    }
    if (device.lifecycle !== "active") throw new SallyportError("conflict", `${device.name} is ${device.lifecycle}: it is sent no commands.`);
    await refuseWhenSealed(ctx.tx, ctx.fleetId, "the server has no key that its devices would take a command by.", "Commands need custody `platform`.");
    if (!definition.queue && !definition.dangerous) await assertConnected(ctx, given.deviceId, device.name);
    return create(ctx, given, definition, checked.parameters);
  },
});

async function create(ctx: WriteContext, given: Input, definition: CommandDefinition, parameters: Record<string, ParameterValue>): Promise<CommandView> {
  const { tx, fleetId, now, actor } = ctx;
  const { deviceId, idempotencyKey } = given;
  const { name, title, dangerous, queue, expirySeconds, timeoutSeconds } = definition;
  if ((await tx.command.count({ where: { deviceId, endedAt: null } })) >= MOST_OPEN)
    throw new SallyportError("conflict", `${MOST_OPEN} commands to this device are under way already.`, { hint: "Cancel some, or wait until they end." });
  const id = newId("command");
  const row = {
    id,
    fleetId,
    deviceId,
    name,
    title,
    parameters,
    dangerous,
    queue,
    expirySeconds,
    timeoutSeconds,
    idempotencyKey: idempotencyKey ?? null,
    requestedById: actor.id,
    requestedBy: actor.name,
    requestedAt: now,
    ...(dangerous
      ? { state: "waiting" as const, deadlineAt: new Date(now.getTime() + DECIDE_MS) }
      : { state: "queued" as const, issuedAt: now, deadlineAt: new Date(now.getTime() + expirySeconds * 1000) }),
  };
  assertSize(messageOf({ ...row, issuedAt: now }));
  const { count } = await tx.command.createMany({ data: row, skipDuplicates: true });
  // Somebody was faster with the same key: theirs is committed by now.
  const made = count === 0 ? await sameKey(ctx, given) : undefined;
  if (made) return made;
  if (!dangerous) await ctx.enqueue("command.deliver", { commandId: id, attempt: 0 });
  // Values are payload, and support reads the audit log: they stand in the command itself.
  const after = { deviceId, name, parameters: Object.keys(parameters) };
  await ctx.audit({ action: dangerous ? "command.requested" : "command.sent", objectKind: "command", objectId: id, after });
  return commandView(ctx, tx, await tx.command.findUniqueOrThrow({ where: { id }, include: WITH_DEVICE }));
}

/** The command that was made with this key; throws `conflict` when it was another one. */
async function sameKey(ctx: WriteContext, { idempotencyKey, deviceId, name, parameters }: Input): Promise<CommandView | undefined> {
  if (idempotencyKey === undefined) return undefined;
  const row = await ctx.tx.command.findFirst({ where: { fleetId: ctx.fleetId, idempotencyKey }, include: WITH_DEVICE });
  if (!row) return undefined;
  const stored = row.parameters as Record<string, ParameterValue>;
  // What the catalogue filled in then is no difference now.
  const same = row.deviceId === deviceId && row.name === name && isDeepStrictEqual({ ...stored, ...parameters }, stored);
  if (!same) throw new SallyportError("conflict", "This idempotency key was used for another command.", { hint: "Take a new key for each command." });
  return commandView(ctx, ctx.tx, row);
}

async function assertConnected(ctx: WriteContext, deviceId: string, name: string): Promise<void> {
  if ((await connectedDevices(ctx.database.pool, [deviceId], ctx.now)).has(deviceId)) return;
  throw new SallyportError("conflict", `${name} is not connected, and this command does not wait for it.`, {
    hint: "Send it when the device is back, or let the catalogue say that it may wait.",
  });
}

function assertSize(message: CommandMessage): void {
  const bytes = Buffer.byteLength(JSON.stringify(message));
  if (bytes > LIMITS.commandBytes) throw new SallyportError("too_large", `The command has ${bytes} bytes; at most ${LIMITS.commandBytes}.`);
}
