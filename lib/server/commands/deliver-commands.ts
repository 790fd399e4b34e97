import { z } from "zod";
import { aesGcm } from "@/lib/base/aes-gcm";
import { OPENING_STATES } from "@/lib/domain/encryption/key-state";
import type { CommandMessage } from "@/lib/protocol/command";
import { sealEnvelope } from "@/lib/protocol/envelope/seal-envelope";
import { topics } from "@/lib/protocol/topics";
import type { Prisma } from "@/prisma/generated/client";
import { type Publisher, publishAll } from "../live/publisher";
import type { OutboxHandler } from "../outbox/index";
import type { Secrets } from "../secrets";
import type { StepContext } from "../step";
import { connectedDevices } from "./connected-devices";

const payloadSchema = z.object({ commandId: z.string(), attempt: z.number().int() });

/**
 * It is sent again until the device says that it has it: at a new connection, and within one after so many seconds. A message that came
 * before the device subscribed is lost, and only the device can say that it was not.
 */
const AGAIN_AFTER_SECONDS = [2, 8, 30];

const SELECTION = {
  include: {
    device: {
      select: {
        lifecycle: true,
        profile: { select: { encryption: true } },
        contentKeys: { where: { state: { in: [...OPENING_STATES] }, receivedAt: { not: null } }, orderBy: { version: "desc" }, take: 1 },
      },
    },
  },
} satisfies Prisma.CommandDefaultArgs;
type Due = Prisma.CommandGetPayload<typeof SELECTION>;

interface Row {
  id: string;
  name: string;
  parameters: unknown;
  issuedAt: Date | null;
  expirySeconds: number;
}

/** What goes to the device. */
export function messageOf({ id, name, parameters, issuedAt, expirySeconds }: Row): CommandMessage {
  const issued = issuedAt ?? new Date(0);
  const expires = new Date(issued.getTime() + expirySeconds * 1000);
  return { id, name, parameters: parameters as CommandMessage["parameters"], issuedAt: issued.toISOString(), expiresAt: expires.toISOString() };
}

/** Sends commands to devices that are connected. May be repeated: a device does each id once. */
export function deliverCommands(ctx: StepContext & { secrets: Pick<Secrets, "unwrap"> }, publisher: Publisher): OutboxHandler {
  return async (rows) => {
    const asked = new Map(rows.map(({ payload }) => payloadSchema.parse(payload)).map(({ commandId, attempt }) => [commandId, attempt]));
    const now = ctx.clock.now();
    const due = await ctx.database.prisma.command.findMany({
      where: { id: { in: [...asked.keys()] }, state: { in: ["queued", "sent"] }, deadlineAt: { gt: now } },
      ...SELECTION,
    });
    const connected = await connectedDevices(
      ctx.database.pool,
      due.map(({ deviceId }) => deviceId),
      now,
    );
    const there = due.filter(({ deviceId, device }) => device.lifecycle === "active" && connected.has(deviceId));
    await endThoseThatDoNotWait(
      ctx,
      due.filter(({ deviceId, queue, state }) => !connected.has(deviceId) && !queue && state === "queued"),
    );
    const sendable = there.flatMap((command) => {
      const payload = payloadFor(ctx, command);
      return payload === undefined ? [] : [{ id: command.id, topic: topics.command(command.fleetId, command.deviceId, command.id), payload }];
    });
    await publishAll(publisher, sendable);
    await noteSent(
      ctx,
      sendable.map(({ id }) => id),
    );
    await askAgain(ctx, there, asked);
  };
}

/** In the envelope when the device has shown that it holds a key. Undefined: its profile forbids the open, and there is no key yet. */
function payloadFor({ secrets }: { secrets: Pick<Secrets, "unwrap"> }, command: Due): string | undefined {
  const { deviceId, fleetId, id, issuedAt, device } = command;
  const plain = Buffer.from(JSON.stringify(messageOf(command)));
  const [key] = device.contentKeys;
  if (!key?.keyWrapped) return device.profile.encryption === "required" ? undefined : plain.toString();
  const binding = { device: deviceId, topic: topics.command(fleetId, deviceId, id), seq: issuedAt?.getTime() ?? 0 };
  return Buffer.from(sealEnvelope(aesGcm, { key: secrets.unwrap(key.keyWrapped), version: key.version }, binding, plain)).toString();
}

async function noteSent({ database, clock }: StepContext, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await database.pool.query(
    `update command set sent_at = coalesce(sent_at, $2), sent_count = sent_count + 1, state = case state when 'queued' then 'sent' else state end
     where id = any($1) and ended_at is null`,
    [ids, clock.now()],
  );
}

async function endThoseThatDoNotWait({ database, clock }: StepContext, commands: readonly Due[]): Promise<void> {
  if (commands.length === 0) return;
  await database.pool.query(
    `update command set state = 'expired', ended_at = $2, error_code = 'away', error_message = 'The device was not connected, and this command does not wait.'
     where id = any($1) and state = 'queued'`,
    [commands.map(({ id }) => id), clock.now()],
  );
}

async function askAgain({ database, clock }: StepContext, commands: readonly Due[], asked: ReadonlyMap<string, number>): Promise<void> {
  const now = clock.now().getTime();
  const data = commands.flatMap(({ id, fleetId }) => {
    const attempt = asked.get(id) ?? 0;
    const seconds = AGAIN_AFTER_SECONDS[attempt];
    if (seconds === undefined) return [];
    return [{ fleetId, kind: "command.deliver", payload: { commandId: id, attempt: attempt + 1 }, availableAt: new Date(now + seconds * 1000) }];
  });
  if (data.length > 0) await database.prisma.outbox.createMany({ data });
}
