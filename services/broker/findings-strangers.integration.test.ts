import { generate } from "mqtt-packet";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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

/** Is the product still there for everybody else? */
async function alive() {
  const raw = await openMqtt(broker.ports.tcp, device);
  raw.send({ cmd: "pingreq" });
  await raw.next(({ cmd }) => cmd === "pingresp");
  raw.end();
}

/** Sends bytes as the first thing on a connection and waits until the broker closes it. Answers what came back. */
async function closedAfter(bytes: Buffer): Promise<string[]> {
  const raw = await rawMqtt(broker.ports.tcp);
  raw.send(bytes);
  await raw.closed;
  return raw.packets.map(({ cmd }) => cmd);
}

describe("finding 6: strangers", () => {
  test("a claim of 190 MB is refused at its first five bytes", async () => {
    expect(await closedAfter(Buffer.from([0x10, 0x80, 0x80, 0xd2, 0x5a]))).toEqual([]);
    expect(broker.stats().refused.packet_too_large).toBe(1);
  });

  test("so is one byte above the bound, and a length of five bytes", async () => {
    const above = 64 * 1024 - 4 + 1;
    expect(await closedAfter(Buffer.from([0x10, (above & 0x7f) | 0x80, ((above >> 7) & 0x7f) | 0x80, above >> 14]))).toEqual([]);
    expect(await closedAfter(Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0x01]))).toEqual([]);
  });

  test("300 half-sent CONNECTs cost what they sent, and nobody else anything", async () => {
    const header = Buffer.from([0x10, 0xe0, 0xff, 0x03]);
    const strangers = await Promise.all(Array.from({ length: 300 }, () => rawMqtt(broker.ports.tcp)));
    for (const stranger of strangers) stranger.send(Buffer.concat([header, Buffer.alloc(60_000)]));
    await alive();
    for (const stranger of strangers) stranger.end();
  });

  test("too many connections from one address: newcomers are closed, the others stay", async () => {
    const small = await startProductBroker(brokerSettings(db.url, { MQTT_MAX_CONNECTIONS_PER_ADDRESS: 10 }));
    await small.ready;
    const inside = await openMqtt(small.ports.tcp, device);
    const open = await Promise.all(Array.from({ length: 9 }, () => rawMqtt(small.ports.tcp)));
    for (const port of [small.ports.tcp, small.ports.ws]) await (await rawMqtt(port)).closed;
    inside.send({ cmd: "pingreq" });
    await inside.next(({ cmd }) => cmd === "pingresp");
    expect(small.stats().refused.too_many_connections).toBe(2);
    for (const raw of open) raw.end();
    const again = () => openMqtt(small.ports.tcp, { ...device, clientId: "" }).then((raw) => raw.end());
    await expect
      .poll(() =>
        again().then(
          () => "let in",
          () => "refused",
        ),
      )
      .toBe("let in");
    inside.end();
    await small.stop();
  });
});

describe("finding 7: malformed text", () => {
  const bad = [
    Buffer.from([0]),
    Buffer.from("a\0b"),
    Buffer.from([0xed, 0xa0, 0x80]),
    Buffer.from([0xc0, 0x80]),
    Buffer.from([0xff]),
    Buffer.from([0xf4, 0x90, 0x80, 0x80]),
  ];
  const controls = ["\u0001", "a\nb", "\u001b[31m", "\u007f", "\u0085"].map((text) => Buffer.from(text));
  const field = (bytes: Buffer) => Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
  /** A packet from its first byte and its body. */
  const packet = (first: number, ...body: Buffer[]) => {
    const bytes = Buffer.concat(body);
    return Buffer.concat([Buffer.from([first, (bytes.length & 0x7f) | 0x80, bytes.length >> 7]), bytes]);
  };
  const connect = (clientId: Buffer, username: Buffer) =>
    packet(0x10, field(Buffer.from("MQTT")), Buffer.from([4, 0xc2, 0, 60]), field(clientId), field(username), field(Buffer.from(device.token)));

  test.each(bad.map((bytes) => [bytes.toString("hex"), bytes] as const))("%s in client id and user name closes without an answer", async (_, bytes) => {
    expect(await closedAfter(connect(bytes, Buffer.from(device.username)))).toEqual([]);
    expect(await closedAfter(connect(Buffer.alloc(0), bytes))).toEqual([]);
  });

  test.each(controls.map((bytes) => [bytes.toString("hex"), bytes] as const))(
    "control character %s in client id and user name is refused",
    async (_, bytes) => {
      expect(await closedAfter(connect(bytes, Buffer.from(device.username)))).toEqual(["connack"]);
      expect(await closedAfter(connect(Buffer.alloc(0), bytes))).toEqual(["connack"]);
    },
  );

  test.each([...bad, ...controls].map((bytes) => [bytes.toString("hex"), bytes] as const))("%s in a topic closes", async (_, bytes) => {
    const topic = Buffer.concat([Buffer.from(`sp/v1/${fleet.id}/${device.username}/up/`), bytes]);
    const raw = await openMqtt(broker.ports.tcp, device);
    raw.send(packet(0x30, field(topic), Buffer.from("x")));
    await raw.closed;
  });

  test.each(bad.map((bytes) => [bytes.toString("hex"), bytes] as const))("%s in a filter closes", async (_, bytes) => {
    const filter = Buffer.concat([Buffer.from(`sp/v1/${fleet.id}/${device.username}/down/`), bytes]);
    const raw = await openMqtt(broker.ports.tcp, device);
    raw.send(packet(0x82, Buffer.from([0, 1]), field(filter), Buffer.from([1])));
    await raw.closed;
    expect(raw.packets.map(({ cmd }) => cmd)).toEqual(["connack"]);
  });

  test.each(["a+", "+a", "a#", "#/a", "a/+b", "a/b+/c", "a/#/b", "##", "++", ""])("filter `%s` closes", async (filter) => {
    const raw = await openMqtt(broker.ports.tcp, device);
    raw.send(packet(0x82, Buffer.from([0, 1]), field(Buffer.from(filter)), Buffer.from([1])));
    await raw.closed;
  });

  test("refused control characters in a filter are 0x80", async () => {
    const raw = await openMqtt(broker.ports.tcp, device);
    raw.send({ cmd: "subscribe", messageId: 1, subscriptions: controls.map((bytes) => ({ topic: `sp/v1/${bytes}`, qos: 0 })) });
    expect(await raw.next(({ cmd }) => cmd === "suback")).toMatchObject({ granted: controls.map(() => 128) });
    raw.end();
  });
});

describe("packets against the standard close the connection", () => {
  const topic = () => topics.up(fleet.id, device.username, "telemetry");
  const cases: [string, () => Buffer][] = [
    ["QoS 3", () => withFirst(generate({ cmd: "publish", topic: topic(), payload: "x", qos: 2, messageId: 1, retain: false, dup: false }), 0x36)],
    ["DUP with QoS 0", () => withFirst(generate({ cmd: "publish", topic: topic(), payload: "x", qos: 0, retain: false, dup: false }), 0x38)],
    ["packet id 0", () => Buffer.from([0x82, 8, 0, 0, 0, 3, 0x61, 0x2f, 0x62, 1])],
    ["SUBSCRIBE with wrong flags", () => Buffer.from([0x80, 8, 0, 1, 0, 3, 0x61, 0x2f, 0x62, 1])],
    ["SUBSCRIBE without a filter", () => Buffer.from([0x82, 2, 0, 1])],
    ["SUBSCRIBE with QoS 3", () => Buffer.from([0x82, 8, 0, 1, 0, 3, 0x61, 0x2f, 0x62, 3])],
    ["a field that reaches past the end", () => Buffer.from([0x82, 8, 0, 1, 0xff, 0xff, 0x61, 0x2f, 0x62, 1])],
    ["UNSUBSCRIBE without a filter", () => Buffer.from([0xa2, 2, 0, 1])],
    ["PINGREQ with a body", () => Buffer.from([0xc0, 1, 0])],
    ["DISCONNECT with flags", () => Buffer.from([0xe1, 0])],
    ["PUBACK of the wrong size", () => Buffer.from([0x40, 3, 0, 1, 0])],
    ["PUBREL with wrong flags", () => Buffer.from([0x60, 2, 0, 1])],
    ["a packet only servers send", () => Buffer.from([0x20, 2, 0, 0])],
    ["a packet type that is none", () => Buffer.from([0xf0, 0])],
    ["a second CONNECT", () => connectPacket()],
    ["an empty topic", () => Buffer.from([0x30, 2, 0, 0])],
    ["a packet above the bound", () => Buffer.from([0x30, 0xff, 0xff, 0x7f])],
  ];
  const withFirst = (bytes: Buffer, first: number) => Buffer.concat([Buffer.from([first]), bytes.subarray(1)]);

  test.each(cases)("%s", async (_, bytes) => {
    const raw = await openMqtt(broker.ports.tcp, device);
    raw.send(bytes());
    await raw.closed;
    expect(raw.packets.map(({ cmd }) => cmd)).toEqual(["connack"]);
  });

  test("before CONNECT, anything else closes", async () => {
    for (const [, bytes] of cases) if (bytes()[0] !== 0x10) expect(await closedAfter(bytes())).toEqual([]);
    await alive();
  });
});
