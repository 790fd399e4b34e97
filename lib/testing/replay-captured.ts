import mqtt from "mqtt";
import { isEnvelope } from "@/lib/protocol/envelope/envelope";
import { topics } from "@/lib/protocol/topics";
import type { EncryptionStage } from "./encryption-stage";

const DEVICES = 25;
const EACH = 8;

/** Sends what was heard on the wire again, with the devices' own tokens, and counts what the store took of it. */
export async function replayCaptured(
  { db, port, fleetId }: EncryptionStage,
  devices: readonly { id: string; token: string }[],
  heard: readonly { topic: string; payload: Buffer }[],
): Promise<{ replaysTried: number; replaysAccepted: number }> {
  const taken = async () => {
    const { _sum } = await db.database.prisma.contentKey.aggregate({ _sum: { messages: true } });
    return Number(_sum.messages ?? 0) + (await db.database.prisma.measurement.count());
  };
  const before = await taken();
  let replaysTried = 0;
  for (const { id, token } of devices.slice(0, DEVICES)) {
    const topic = topics.up(fleetId, id, "telemetry");
    const captured = heard.filter((message) => message.topic === topic && isEnvelope(message.payload));
    const client = await mqtt.connectAsync({ protocol: "mqtt", host: "127.0.0.1", port, protocolVersion: 4, clientId: "", username: id, password: token });
    for (const { payload } of [...captured.slice(0, EACH / 2), ...captured.slice(-EACH / 2)]) {
      await client.publishAsync(topic, payload, { qos: 1 });
      replaysTried++;
    }
    await client.endAsync();
  }
  return { replaysTried, replaysAccepted: (await taken()) - before };
}
