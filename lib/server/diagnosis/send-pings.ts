import { z } from "zod";
import { type CommandMessage, PING } from "@/lib/protocol/command";
import { topics } from "@/lib/protocol/topics";
import type { Publisher } from "../live/publisher";
import type { OutboxHandler } from "../outbox/index";
import type { StepContext } from "../step";

const payloadSchema = z.object({ deviceId: z.string(), pingId: z.string() });
/** A ping that could not be sent for so long is not sent any more: nobody waits for its answer. */
const STALE_MS = 60_000;

/** Sends what people asked for to the devices, and keeps when our broker had it. Repeatable: a device that is asked twice reports twice. */
export function sendPings({ database: { prisma }, clock }: StepContext, publisher: Publisher): OutboxHandler {
  return async (rows) => {
    for (const row of rows) {
      const { deviceId, pingId } = payloadSchema.parse(row.payload);
      const ping = await prisma.devicePing.findFirst({ where: { deviceId, id: pingId } });
      if (!ping || clock.now().getTime() - ping.at.getTime() > STALE_MS) continue;
      const times = { issuedAt: ping.at.toISOString(), expiresAt: new Date(ping.at.getTime() + STALE_MS).toISOString() };
      const command: CommandMessage = { id: pingId, name: PING, parameters: {}, ...times };
      await publisher.publish(topics.command(ping.fleetId, deviceId, pingId), JSON.stringify(command));
      await prisma.devicePing.updateMany({ where: { deviceId, id: pingId }, data: { sentAt: clock.now() } });
    }
  };
}
