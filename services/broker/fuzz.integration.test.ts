import fc from "fast-check";
import { generate } from "mqtt-packet";
import { afterAll, beforeAll, expect, test } from "vitest";
import { topics } from "@/lib/protocol/topics";
import { type BrokerFleet, brokerFleet, type Login, openMqtt } from "@/lib/testing/broker-fleet";
import { brokerSettings } from "@/lib/testing/broker-settings";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { connectPacket, rawMqtt } from "@/lib/testing/raw-mqtt";
import { type ProductBroker, startProductBroker } from "./product-broker";

let db: TestDatabase;
let broker: ProductBroker;
let fleet: BrokerFleet;
let device: Login;
beforeAll(async () => {
  db = await testDatabase();
  fleet = await brokerFleet(db.database);
  device = await fleet.device();
  broker = await startProductBroker(brokerSettings(db.url));
  await broker.ready;
});
afterAll(async () => {
  await broker?.stop();
  await db?.close();
});

/** Well-formed packets of a client, to be broken. */
function packets(): Buffer[] {
  const topic = topics.up(fleet.id, device.username, "telemetry");
  const down = `sp/v1/${fleet.id}/${device.username}/down/#`;
  return [
    connectPacket({ username: device.username, password: Buffer.from(device.token), clientId: device.username }),
    generate({ cmd: "publish", topic, payload: '{"t":1}', qos: 1, messageId: 9, retain: false, dup: false }),
    generate({ cmd: "publish", topic, payload: '{"t":1}', qos: 0, retain: false, dup: false }),
    generate({ cmd: "publish", topic, payload: '{"t":1}', qos: 2, messageId: 10, retain: false, dup: false }),
    generate({ cmd: "subscribe", messageId: 11, subscriptions: [{ topic: down, qos: 1 }] }),
    generate({ cmd: "unsubscribe", messageId: 12, unsubscriptions: [down] }),
    generate({ cmd: "puback", messageId: 13 }),
    generate({ cmd: "pubrec", messageId: 13 }),
    generate({ cmd: "pubrel", messageId: 10 }),
    generate({ cmd: "pubcomp", messageId: 13 }),
    generate({ cmd: "pingreq" }),
    generate({ cmd: "disconnect" }),
  ];
}

interface Fault {
  /** Which packets, in which order. */
  order: number[];
  /** Bytes to change, by their place (as a share of the length). */
  flips: [number, number][];
  /** Where the bytes are cut off, as a share of the length. */
  keep: number;
  /** The size of the pieces they are sent in. */
  piece: number;
}
const faults: fc.Arbitrary<Fault> = fc.record({
  order: fc.array(fc.nat(11), { minLength: 1, maxLength: 8 }),
  flips: fc.array(fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(255)), { maxLength: 6 }),
  keep: fc.double({ min: 0.2, max: 1, noNaN: true }),
  piece: fc.integer({ min: 1, max: 400 }),
});

function broken({ order, flips, keep }: Fault): Buffer {
  const all = packets();
  const bytes = Buffer.concat(order.map((index) => all[index] ?? Buffer.alloc(0)));
  for (const [place, value] of flips) bytes[Math.floor(place * bytes.length)] = value;
  return bytes.subarray(0, Math.ceil(keep * bytes.length));
}

/** Sends and goes: before or after a CONNECT of its own. */
async function attack(fault: Fault, inside: boolean) {
  const raw = inside ? await openMqtt(broker.ports.tcp, { ...device, clientId: "" }) : await rawMqtt(broker.ports.tcp);
  const bytes = broken(fault);
  for (let at = 0; at < bytes.length; at += fault.piece) raw.socket.write(bytes.subarray(at, at + fault.piece));
  await new Promise<void>((resolve) => (raw.socket.closed ? resolve() : raw.socket.end(resolve)));
  raw.end();
}

test.each([
  ["before CONNECT", false],
  ["after CONNECT", true],
])("broken packets %s: the broker stays, and stays right", async (_, inside) => {
  await fc.assert(
    fc.asyncProperty(fc.array(faults, { minLength: 10, maxLength: 10 }), async (group) => {
      await Promise.all(group.map((fault) => attack(fault, inside)));
    }),
    { numRuns: 60 },
  );
  const witness = await fleet.device();
  const raw = await openMqtt(broker.ports.tcp, witness);
  raw.send({ cmd: "publish", topic: topics.up(fleet.id, witness.username, "telemetry"), payload: '{"t":1}', qos: 1, messageId: 1, retain: false, dup: false });
  await raw.next(({ cmd }) => cmd === "puback");
  raw.end();
  await expect.poll(() => broker.stats().sessions.open).toBe(0);
  expect(broker.stats().ingest).toMatchObject({ queuedMessages: 0, queuedBytes: 0, heldBytes: 0 });
});
