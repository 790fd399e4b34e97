import { afterEach, expect, test, vi } from "vitest";
import { eventually } from "@/lib/testing/eventually";
import { type Script, scriptedBroker as startBroker } from "@/lib/testing/scripted-broker";
import type { OutgoingBuffer } from "../buffer/outgoing-buffer";
import { Uplink, type UplinkOptions } from "./uplink";

vi.setConfig({ testTimeout: 30_000 });

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function scriptedBroker(script: Script) {
  const broker = await startBroker(script);
  cleanUps.push(broker.close);
  return broker;
}

/** Takes every connection and leaves messages unanswered. */
const acceptOnly: Script = (packet, reply) => packet.cmd === "connect" && reply.connack();

/** Messages 1 ... count, each its own number as text. */
function bufferOf(count: number): OutgoingBuffer & { left: Set<number> } {
  const left = new Set(Array.from({ length: count }, (_, index) => index + 1));
  return {
    left,
    read: (after, limit) =>
      [...left]
        .filter((seq) => seq > after)
        .slice(0, limit)
        .map((seq) => ({ seq, payload: Buffer.from(`${seq}`) })),
    acknowledge: (seq) => left.delete(seq),
  };
}

function uplink(options: Partial<UplinkOptions> & Pick<UplinkOptions, "port">): Uplink {
  const backOff = { baseMs: 1, capMs: 5 };
  const made = new Uplink({
    host: "127.0.0.1",
    fleet: "flt_1",
    device: "dev_1",
    token: () => "t",
    buffer: bufferOf(0),
    backOff: { network: backOff, refused: backOff },
    ...options,
  });
  cleanUps.push(() => made.stop({ drainMs: 0 }));
  made.start();
  return made;
}

test("connects as the device, MQTT 3.1.1, clean, keep-alive 30 s, without a will", async () => {
  const broker = await scriptedBroker(acceptOnly);
  const onConnected = vi.fn();
  uplink({ port: broker.port, onConnected });
  await eventually(() => expect(onConnected).toHaveBeenCalledOnce());
  expect(broker.packets[0]?.packet).toMatchObject({ cmd: "connect", protocolVersion: 4, clientId: "dev_1", username: "dev_1", clean: true, keepalive: 30 });
  expect(broker.packets[0]?.packet).not.toHaveProperty("will");
});

test("in order, at most the limit in flight, and out of the buffer only by PUBACK", async () => {
  const held: (() => void)[] = [];
  const broker = await scriptedBroker((packet, reply) => {
    if (packet.cmd === "connect") reply.connack();
    if (packet.cmd === "publish") held.push(() => reply.puback(packet));
  });
  const buffer = bufferOf(6);
  uplink({ port: broker.port, buffer, inFlightLimit: 4 });
  await eventually(() => expect(held).toHaveLength(4));
  expect(buffer.left.size).toBe(6);
  for (const release of held.splice(0)) release();
  await eventually(() => expect(held).toHaveLength(2));
  expect([...buffer.left]).toEqual([5, 6]);
  for (const release of held.splice(0)) release();
  await eventually(() => expect(buffer.left.size).toBe(0));
  expect(broker.published().map(({ packet: { payload, topic, qos } }) => `${topic} ${qos} ${payload}`)).toEqual(
    [1, 2, 3, 4, 5, 6].map((seq) => `sp/v1/flt_1/dev_1/up/telemetry 1 ${seq}`),
  );
});

test("the connection breaks before the acknowledgement: all of it again, in order, the same bytes", async () => {
  let connections = 0;
  const broker = await scriptedBroker((packet, reply) => {
    if (packet.cmd === "connect") {
      connections++;
      reply.connack();
    }
    if (packet.cmd !== "publish") return;
    if (connections > 1) reply.puback(packet);
    else if (`${packet.payload}` === "3") reply.cut();
  });
  const buffer = bufferOf(3);
  const onDisconnected = vi.fn();
  uplink({ port: broker.port, buffer, onDisconnected });
  await eventually(() => expect(buffer.left.size).toBe(0));
  expect(broker.published().map(({ packet: { payload } }) => `${payload}`)).toEqual(["1", "2", "3", "1", "2", "3"]);
  expect(onDisconnected).toHaveBeenCalledOnce();
});

test("refused credentials are told from an absent broker, and asked for again at every attempt", async () => {
  const broker = await scriptedBroker((packet, reply) => {
    if (packet.cmd !== "connect") return;
    if (`${packet.password}` === "renewed") reply.connack();
    else reply.connack(5);
  });
  const tokens = ["wrong", "wrong", "renewed"];
  const onFailed = vi.fn();
  const onConnected = vi.fn();
  uplink({ port: broker.port, token: () => tokens.shift(), onFailed, onConnected });
  await eventually(() => expect(onConnected).toHaveBeenCalledOnce());
  expect(onFailed.mock.calls.map(([failure]) => failure.kind)).toEqual(["refused", "refused"]);
});

test("nothing listens: told as a network failure, tried again", async () => {
  const onFailed = vi.fn();
  uplink({ port: 1, onFailed });
  await eventually(() => expect(onFailed.mock.calls.length).toBeGreaterThan(2));
  expect(onFailed.mock.calls[0]?.[0]).toMatchObject({ kind: "network", reason: "nothing listens there" });
});

test("stop says goodbye after what is in flight; nothing new is sent meanwhile", async () => {
  const held: (() => void)[] = [];
  const broker = await scriptedBroker((packet, reply) => {
    if (packet.cmd === "connect") reply.connack();
    if (packet.cmd === "publish") held.push(() => reply.puback(packet));
  });
  const buffer = bufferOf(3);
  const link = uplink({ port: broker.port, buffer, inFlightLimit: 2 });
  await eventually(() => expect(held).toHaveLength(2));
  const stopped = link.stop({ drainMs: 60_000 });
  for (const release of held.splice(0)) release();
  await stopped;
  expect([...buffer.left]).toEqual([3]);
  await eventually(() => expect(broker.packets.at(-1)?.packet.cmd).toBe("disconnect"));
});

test("a silent cut sends no packet and leaves the connection to the broker; the next one comes with start", async () => {
  const broker = await scriptedBroker(acceptOnly);
  const onConnected = vi.fn();
  const link = uplink({ port: broker.port, keepAliveSeconds: 1, onConnected });
  await eventually(() => expect(onConnected).toHaveBeenCalledOnce());
  await eventually(() => expect(broker.packets.some(({ packet: { cmd } }) => cmd === "pingreq")).toBe(true));
  link.cut({ silently: true });
  const seen = broker.packets.length;
  expect(link.isConnected).toBe(false);
  link.start();
  await eventually(() => expect(onConnected).toHaveBeenCalledTimes(2));
  expect(broker.packets.slice(seen).map(({ packet }) => packet.cmd)).toEqual(["connect"]);
  await eventually(() => expect(broker.sockets[0]?.destroyed || broker.sockets[0]?.readableEnded).toBe(true));
});

test("a cut that is not silent is seen by the broker at once", async () => {
  const broker = await scriptedBroker(acceptOnly);
  const onConnected = vi.fn();
  const link = uplink({ port: broker.port, onConnected });
  await eventually(() => expect(onConnected).toHaveBeenCalledOnce());
  link.cut({ silently: false });
  await eventually(() => expect(broker.sockets[0]?.readableEnded || broker.sockets[0]?.destroyed).toBe(true));
  expect(broker.packets.map(({ packet }) => packet.cmd)).toEqual(["connect"]);
});

test("a message of its own is true at PUBACK and false without a connection", async () => {
  const broker = await scriptedBroker((packet, reply) => {
    if (packet.cmd === "connect") reply.connack();
    if (packet.cmd === "publish" && `${packet.payload}` === "yes") reply.puback(packet);
    if (packet.cmd === "publish" && `${packet.payload}` === "no") reply.cut();
  });
  const onConnected = vi.fn();
  const link = uplink({ port: broker.port, onConnected, backOff: { network: { baseMs: 60_000, capMs: 60_000 } } });
  expect(await link.publish("posture", Buffer.from("yes"))).toBe(false);
  await eventually(() => expect(onConnected).toHaveBeenCalledOnce());
  expect(await link.publish("posture", Buffer.from("yes"))).toBe(true);
  expect(broker.published()[0]?.packet.topic).toBe("sp/v1/flt_1/dev_1/up/posture");
  expect(await link.publish("posture", Buffer.from("no"))).toBe(false);
});
