import { connectAsync } from "mqtt";
import { generate, parser } from "mqtt-packet";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { topics } from "@/lib/protocol/topics";
import { type BrokerFleet, brokerFleet, type Login, openMqtt } from "@/lib/testing/broker-fleet";
import { brokerSettings } from "@/lib/testing/broker-settings";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { connectPacket } from "@/lib/testing/raw-mqtt";
import { type ProductBroker, startProductBroker } from "./product-broker";

let db: TestDatabase;
let broker: ProductBroker;
let fleet: BrokerFleet;
beforeAll(async () => {
  db = await testDatabase();
  fleet = await brokerFleet(db.database);
  broker = await startProductBroker(brokerSettings(db.url, { PUBLIC_URL: "https://console.example.com" }));
  await broker.ready;
});
afterAll(async () => {
  await broker?.stop();
  await db?.close();
});

const url = (path = "/mqtt") => `ws://127.0.0.1:${broker.ports.ws}${path}`;
const opened = (socket: WebSocket) =>
  new Promise<string>((resolve) => {
    socket.on("open", () => resolve(`open ${socket.protocol}`));
    socket.on("unexpected-response", (_request, response) => resolve(String(response.statusCode)));
    socket.on("error", () => resolve("error"));
  });
const closed = (socket: WebSocket) => new Promise<number>((resolve) => socket.on("close", (code) => resolve(code)));
const login = ({ username, clientId, token }: Login) => connectPacket({ username, clientId, password: Buffer.from(token) });

test("each MQTT packet out is one binary frame", async () => {
  const [tab, service] = [await fleet.console(), await fleet.service()];
  const socket = new WebSocket(url(), "mqtt");
  expect(await opened(socket)).toBe("open mqtt");
  expect(socket.extensions).toBe("");
  const frames: Buffer[] = [];
  socket.on("message", (data: Buffer, isBinary) => {
    expect(isBinary).toBe(true);
    frames.push(data);
  });
  socket.send(login(tab));
  socket.send(generate({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: topics.liveAll(fleet.id), qos: 0 }] }));
  await expect.poll(() => frames.length).toBe(2);
  const worker = await openMqtt(broker.ports.tcp, service);
  for (let i = 0; i < 200; i++)
    worker.send({ cmd: "publish", topic: topics.live(fleet.id, "events"), payload: "x".repeat(i * 7), qos: 0, retain: false, dup: false });
  await expect.poll(() => frames.length).toBe(202);
  for (const frame of frames) {
    const found: unknown[] = [];
    const reader = parser();
    reader.on("packet", (packet) => found.push(packet));
    expect(reader.parse(frame)).toBe(0);
    expect(found).toHaveLength(1);
  }
  socket.close();
  worker.end();
});

test("packets in may be cut anywhere, and several may share a frame", async () => {
  const device = await fleet.device();
  const topic = topics.up(fleet.id, device.username, "telemetry");
  const socket = new WebSocket(url(), "mqtt");
  await opened(socket);
  const bytes = Buffer.concat([
    login(device),
    generate({ cmd: "publish", topic, payload: '{"t":1}', qos: 1, messageId: 5, retain: false, dup: false }),
    generate({ cmd: "pingreq" }),
  ]);
  const commands: string[] = [];
  const reader = parser();
  reader.on("packet", ({ cmd }) => commands.push(cmd));
  socket.on("message", (data: Buffer) => reader.parse(data));
  for (let at = 0; at < bytes.length; at += 7) socket.send(bytes.subarray(at, at + 7));
  await expect.poll(() => commands.toSorted()).toEqual(["connack", "pingresp", "puback"]);
  socket.close();
});

test("wrong path, no sub-protocol, a foreign page: refused at the handshake", async () => {
  expect(await opened(new WebSocket(url("/other"), "mqtt"))).toBe("404");
  expect(await opened(new WebSocket(url()))).toBe("400");
  expect(await opened(new WebSocket(url(), "mqttv3.1"))).toBe("400");
  for (const origin of ["https://evil.example.com", "http://console.example.com", "https://console.example.com:444", "null", "http://localhost:3000"])
    expect(await opened(new WebSocket(url(), "mqtt", { origin })), origin).toBe("403");
  const own = new WebSocket(url(), "mqtt", { origin: "https://console.example.com" });
  expect(await opened(own)).toBe("open mqtt");
  own.close();
});

test("where the console is on this machine, its other names and ports are its own", async () => {
  const local = await startProductBroker(brokerSettings(db.url, { PORT: 3000 }));
  const at = `ws://127.0.0.1:${local.ports.ws}/mqtt`;
  for (const origin of ["http://localhost:3000", "http://127.0.0.1:4000", "http://[::1]:3000"]) {
    const socket = new WebSocket(at, "mqtt", { origin });
    expect(await opened(socket), origin).toBe("open mqtt");
    socket.close();
  }
  for (const origin of ["http://192.168.0.9:3000", "http://localhost.evil.example", "https://localhost"])
    expect(await opened(new WebSocket(at, "mqtt", { origin })), origin).toBe("403");
  await local.stop();
});

test("a text frame closes (MQTT-6.0.0-1), and so does more than the bound before CONNECT", async () => {
  const text = new WebSocket(url(), "mqtt");
  await opened(text);
  const textClosed = closed(text);
  text.send("hello");
  expect(await textClosed).toBe(1003);
  const big = new WebSocket(url(), "mqtt");
  await opened(big);
  const bigClosed = closed(big);
  big.on("error", () => {});
  big.send(Buffer.alloc(200_000, 0x10));
  await bigClosed;
});

test("a plain request is told what lives here", async () => {
  const answer = await fetch(`http://127.0.0.1:${broker.ports.ws}/mqtt`);
  expect([answer.status, await answer.text()]).toEqual([426, "MQTT over WebSocket only.\n"]);
  expect((await fetch(`http://127.0.0.1:${broker.ports.ws}/`)).status).toBe(404);
});

test("a browser's client library connects, and hears a refusal by its return code", async () => {
  const tab = await fleet.console();
  const options = { clientId: tab.clientId, username: tab.username, password: tab.token, protocolVersion: 4 as const, reconnectPeriod: 0 };
  const client = await connectAsync(url(), options);
  expect(await client.subscribeAsync(topics.presenceOfAll(fleet.id), { qos: 1 })).toMatchObject([{ qos: 1 }]);
  await client.endAsync();
  await expect(connectAsync(url(), { ...options, password: "wrong" })).rejects.toMatchObject({ code: 4 });
});
