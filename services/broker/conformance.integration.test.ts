import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLog } from "@/lib/base/log";
import { connectPacket, type RawMqtt, rawMqtt } from "@/lib/testing/raw-mqtt";
import { type Broker, createBroker } from "./broker";
import { AddressLimit } from "./listeners/address-limit";
import { type Listening, listenOn } from "./listeners/listen-on";
import { tcpServer } from "./listeners/tcp";

// What MQTT 3.1.1 says of any broker, with a policy that lets everybody do everything (as the conformance door has it).
let broker: Broker;
let listening: Listening;
beforeAll(async () => {
  const session = {
    owner: "",
    maxQos: 2 as const,
    maxSubscriptions: 1_000,
    endsAt: undefined,
    mustEnd: () => false,
    mayPublish: () => true,
    maySubscribe: () => true,
    mayReceive: () => true,
    accept: (_message: unknown, done: (outcome: "keep") => void) => done("keep"),
    publishRefused() {},
    subscribeRefused() {},
    takesOver() {},
    opened() {},
    ended() {},
  };
  const policy = { connect: ({ clientId }: { clientId: string }) => ({ ...session, clientId }), turnedAway() {} };
  broker = await createBroker({ policy, log: createLog("test", "silent"), store: { messages: 1_000, bytes: 1e7, retained: 1_000 } });
  listening = await listenOn(tcpServer(broker.receive, new AddressLimit(100)), { host: "127.0.0.1", port: 0, variable: "" });
});
afterAll(async () => {
  await broker?.close();
  await listening?.close();
});

async function open(clientId: string, clean = true): Promise<RawMqtt & { sessionPresent: boolean }> {
  const raw = await rawMqtt(listening.port);
  raw.send(connectPacket({ clientId, clean }));
  const connack = await raw.next(({ cmd }) => cmd === "connack");
  return { ...raw, sessionPresent: connack.cmd === "connack" && connack.sessionPresent };
}
let id = 0;
async function subscribe(raw: RawMqtt, ...filters: [string, 0 | 1 | 2][]) {
  raw.send({ cmd: "subscribe", messageId: ++id, subscriptions: filters.map(([topic, qos]) => ({ topic, qos })) });
  const suback = await raw.next((packet) => packet.cmd === "suback");
  return suback.cmd === "suback" ? suback.granted : [];
}
const publish = (raw: RawMqtt, topic: string, payload: string, qos: 0 | 1 | 2, options: { retain?: boolean; dup?: boolean; messageId?: number } = {}) => {
  const messageId = qos === 0 ? undefined : (options.messageId ?? ++id);
  raw.send({ cmd: "publish", topic, payload, qos, retain: options.retain ?? false, dup: options.dup ?? false, messageId });
  return messageId;
};
const answer = (raw: RawMqtt, cmd: string, messageId?: number) =>
  raw.next((packet) => packet.cmd === cmd && (messageId === undefined || packet.messageId === messageId));
async function settled(raw: RawMqtt) {
  raw.send({ cmd: "pingreq" });
  await answer(raw, "pingresp");
}
const received = (raw: RawMqtt) => raw.packets.flatMap((packet) => (packet.cmd === "publish" ? [packet] : []));
const texts = (raw: RawMqtt) => received(raw).map(({ payload, qos }) => `${payload} ${qos}`);

describe("quality of service", () => {
  test("QoS 2 in: acknowledged in two steps, delivered once although it comes twice", async () => {
    const [pub, sub] = [await open("pub"), await open("sub")];
    await subscribe(sub, ["q2/in", 0]);
    publish(pub, "q2/in", "once", 2, { messageId: 500 });
    await answer(pub, "pubrec", 500);
    publish(pub, "q2/in", "once", 2, { messageId: 500, dup: true });
    await answer(pub, "pubrec", 500);
    pub.send({ cmd: "pubrel", messageId: 500 });
    await answer(pub, "pubcomp", 500);
    publish(pub, "q2/in", "then", 2, { messageId: 500 });
    await answer(pub, "pubrec", 500);
    await settled(sub);
    expect(texts(sub)).toEqual(["once 0", "then 0"]);
    pub.end();
    sub.end();
  });

  test("a message is delivered once, with the highest QoS of the matching filters and never above its own", async () => {
    const [pub, sub] = [await open("pub2"), await open("sub2")];
    expect(await subscribe(sub, ["o/#", 0], ["o/+", 2], ["o/x", 1])).toEqual([0, 2, 1]);
    publish(pub, "o/x", "a", 2, { messageId: 1 });
    publish(pub, "o/x", "b", 1, { messageId: 2 });
    publish(pub, "o/x/y", "c", 2, { messageId: 3 });
    await answer(pub, "pubrec", 3);
    await expect.poll(() => texts(sub).toSorted()).toEqual(["a 2", "b 1", "c 0"]);
    pub.end();
    sub.end();
  });

  test("the same filter again replaces the QoS; twice in one packet has two return codes", async () => {
    const [pub, sub] = [await open("pub3"), await open("sub3")];
    expect(await subscribe(sub, ["r/a", 1], ["r/b", 0], ["r/a", 0])).toEqual([0, 0, 0]);
    expect(await subscribe(sub, ["r/a", 1])).toEqual([1]);
    publish(pub, "r/a", "x", 1);
    await expect.poll(() => texts(sub)).toEqual(["x 1"]);
    pub.end();
    sub.end();
  });
});

describe("sessions", () => {
  test("session present is told also of a session without subscriptions, and a clean one ends it", async () => {
    expect((await open("keeper", false)).sessionPresent).toBe(false);
    expect((await open("keeper", false)).sessionPresent).toBe(true);
    expect((await open("keeper", true)).sessionPresent).toBe(false);
    expect((await open("keeper", false)).sessionPresent).toBe(false);
  });

  test("what was not acknowledged comes again with DUP and its id; a PUBREL in its place", async () => {
    const pub = await open("pub4");
    const first = await open("sub4", false);
    await subscribe(first, ["s/+", 2]);
    for (const [name, qos] of [
      ["a", 1],
      ["b", 2],
      ["c", 2],
    ] as const)
      publish(pub, `s/${name}`, name, qos);
    await expect.poll(() => received(first).length).toBe(3);
    const idOf = (text: string) => received(first).find(({ payload }) => String(payload) === text)?.messageId ?? 0;
    first.send({ cmd: "pubrec", messageId: idOf("b") });
    await answer(first, "pubrel", idOf("b"));
    first.end();
    const second = await open("sub4", false);
    expect(second.sessionPresent).toBe(true);
    await answer(second, "pubrel", idOf("b"));
    await expect.poll(() => received(second).length).toBe(2);
    for (const { payload, dup, messageId } of received(second)) expect([dup, messageId]).toEqual([true, idOf(String(payload))]);
    pub.end();
    second.end();
  });

  test("QoS 1 and 2 wait for an absent session, QoS 0 does not", async () => {
    const pub = await open("pub5");
    const first = await open("sub5", false);
    await subscribe(first, ["w/#", 2]);
    first.end();
    for (const qos of [0, 1, 2] as const) publish(pub, "w/x", `q${qos}`, qos);
    await settled(pub);
    const second = await open("sub5", false);
    await expect.poll(() => texts(second).toSorted()).toEqual(["q1 1", "q2 2"]);
    pub.end();
    second.end();
  });
});

describe("retained messages", () => {
  test("come with RETAIN on subscribing, at most with the granted QoS, and not again as new; empty ones clear", async () => {
    const pub = await open("pub6");
    publish(pub, "k/a", "kept", 1, { retain: true });
    publish(pub, "k/b", "gone", 1, { retain: true });
    publish(pub, "k/b", "", 1, { retain: true });
    await answer(pub, "puback", id);
    const sub = await open("sub6");
    await subscribe(sub, ["k/+", 0]);
    await expect.poll(() => received(sub).map(({ payload, qos, retain }) => [String(payload), qos, retain])).toEqual([["kept", 0, true]]);
    publish(pub, "k/a", "new", 1, { retain: true });
    await expect
      .poll(() => received(sub).map(({ payload, retain }) => [String(payload), retain]))
      .toEqual([
        ["kept", true],
        ["new", false],
      ]);
    pub.end();
    sub.end();
  });

  test("wildcards in front match no `$`-topic, empty levels are levels", async () => {
    const [pub, sub] = [await open("pub7"), await open("sub7")];
    await subscribe(sub, ["#", 0], ["+/inside", 0]);
    publish(pub, "$dollar/inside", "hidden", 1);
    publish(pub, "/", "slash", 1);
    publish(pub, "/inside", "level", 1);
    await answer(pub, "puback", id);
    const fresh = () => received(sub).flatMap(({ payload, retain }) => (retain ? [] : [String(payload)]));
    await expect.poll(fresh).toEqual(["slash", "level"]);
    pub.end();
    sub.end();
  });
});

describe("wills", () => {
  const will = (payload: string) => ({ topic: "will/x", payload: Buffer.from(payload), qos: 1 as const, retain: false });
  test("published when the connection is lost or taken over, not after DISCONNECT", async () => {
    const sub = await open("watcher");
    await subscribe(sub, ["will/#", 1]);
    const leave = async (payload: string, how: (raw: RawMqtt) => void) => {
      const raw = await rawMqtt(listening.port);
      raw.send(connectPacket({ clientId: "mortal", will: will(payload) }));
      await answer(raw, "connack");
      how(raw);
      await raw.closed;
    };
    await leave("polite", (raw) => raw.send({ cmd: "disconnect" }));
    await leave("lost", (raw) => raw.end());
    await expect.poll(() => texts(sub)).toEqual(["lost 1"]);
    await leave("broke the protocol", (raw) => raw.send(Buffer.from([0xf0, 0])));
    await expect.poll(() => texts(sub)).toEqual(["lost 1", "broke the protocol 1"]);
    await leave("taken over", () => void open("mortal"));
    await expect.poll(() => texts(sub)).toEqual(["lost 1", "broke the protocol 1", "taken over 1"]);
    sub.end();
  });
});
