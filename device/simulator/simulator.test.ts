import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { readPosture } from "@/lib/protocol/read-posture";
import { parseTelemetry } from "@/lib/protocol/telemetry";
import { eventually } from "@/lib/testing/eventually";
import { type Script, type ScriptedBroker, scriptedBroker } from "@/lib/testing/scripted-broker";
import { checkLedger, isClean, type StoredReading } from "./check-ledger";
import type { SimulatorConfig } from "./config";
import { readLedger } from "./ledger";
import { createSimulator } from "./simulator";

vi.setConfig({ testTimeout: 30_000 });

const device = (number: number, site = "North", token: string | null = "t") => ({
  id: `dev_${number}`,
  name: `pump-${number}`,
  site,
  instrument: "pump" as const,
  intervalSeconds: 0.02,
  token,
});

async function simulate(options: Partial<SimulatorConfig> = {}, script?: Script) {
  const broker = await scriptedBroker(script);
  const folder = mkdtempSync(path.join(os.tmpdir(), "sp-simulator-"));
  const file = path.join(folder, "ledger.jsonl");
  const simulator = createSimulator({
    host: "127.0.0.1",
    port: broker.port,
    fleet: "flt_1",
    connectSpreadMs: 0,
    restoreSpreadMs: 0,
    flapSeconds: 0.05,
    ledger: { file },
    devices: [device(1), device(2), device(3, "South")],
    ...options,
  });
  onTestFinished(async () => {
    await simulator.stop();
    broker.close();
    rmSync(folder, { recursive: true });
  });
  simulator.start();
  return { broker, simulator, ledger: () => readLedger(file) };
}

/** Each device also says once what it is, on `up/state`. */
const telemetryOf = (broker: ScriptedBroker) => broker.published().filter(({ packet }) => !packet.topic.endsWith("/up/state"));

/** What a store would have after all that came: each message once. */
function storedBy(broker: ScriptedBroker): StoredReading[] {
  const rows = new Map<string, StoredReading>();
  for (const { client, packet } of telemetryOf(broker)) {
    const parsed = parseTelemetry(Buffer.from(packet.payload), client, Date.now());
    if (!parsed.ok) throw new Error(parsed.detail);
    for (const { metric, value, time } of parsed.message.readings)
      rows.set(`${client} ${parsed.message.seq} ${metric}`, { device: client, seq: parsed.message.seq, metric, value, time });
  }
  return [...rows.values()];
}

const from = (broker: ScriptedBroker, client: string) => telemetryOf(broker).filter((one) => one.client === client);

test("a device that pretends a posture reports it when it connects, valid against the wire; the others do not", async () => {
  const { broker } = await simulate({ devices: [{ ...device(1), listens: ["tcp/23"] }, device(2)] });
  const postures = () => broker.published().filter(({ packet }) => packet.topic.endsWith("/up/posture"));
  await eventually(() => expect(postures()).toHaveLength(1));
  expect(postures()[0]?.client).toBe("dev_1");
  expect(readPosture(Buffer.from(postures()[0]?.packet.payload ?? ""))).toMatchObject({
    ok: true,
    report: { metrics: { listening_tcp_ports: { ports: [{ port: 23, interface: "eth0" }], total: 1 }, listening_udp_ports: { total: 0 } } },
  });
});

test("every device reports on its own topic, at QoS 1, and the ledger agrees with what arrived", async () => {
  const { broker, simulator, ledger } = await simulate();
  await eventually(() => expect(simulator.status().acknowledged).toBeGreaterThan(15));
  expect(await simulator.settle({ withinMs: 5_000 })).toBe(true);
  for (const { client, packet } of telemetryOf(broker)) expect(packet).toMatchObject({ topic: `sp/v1/flt_1/${client}/up/telemetry`, qos: 1, retain: false });
  const report = checkLedger({ sent: ledger(), stored: storedBy(broker) });
  expect(isClean(report)).toBe(true);
  expect(report.acknowledged).toBe(report.stored);
  expect(new Set(broker.published().map(({ client }) => client)).size).toBe(3);
});

test("power cut of a site: its devices fall silent without a goodbye, others go on; restored, they come back", async () => {
  const { broker, simulator } = await simulate();
  await eventually(() => expect(simulator.status()).toMatchObject({ connected: 3 }));
  await eventually(() => expect(from(broker, "dev_1").length).toBeGreaterThan(2));
  simulator.command({ kind: "power_cut", target: { site: "North" } });
  expect(simulator.status()).toMatchObject({ connected: 1, failing: 2 });
  const seen = broker.packets.length;
  await eventually(() => expect(broker.packets.slice(seen).filter(({ client }) => client === "dev_3").length).toBeGreaterThan(5));
  expect(broker.packets.slice(seen + 5).filter(({ client }) => client !== "dev_3")).toEqual([]);
  expect(broker.packets.some(({ packet }) => packet.cmd === "disconnect")).toBe(false);
  simulator.command({ kind: "restore", target: { site: "North" } });
  await eventually(() => expect(simulator.status()).toMatchObject({ connected: 3, failing: 0 }));
});

test("what was not acknowledged is sent again after the cut, the same bytes under the same number", async () => {
  let isStoreUp = false;
  const { broker, simulator } = await simulate({ devices: [device(1)] }, (packet, reply) => {
    if (packet.cmd === "connect") reply.connack();
    if (packet.cmd === "publish" && isStoreUp) reply.puback(packet);
  });
  await eventually(() => expect(from(broker, "dev_1").length).toBeGreaterThan(3));
  simulator.command({ kind: "power_cut", target: { device: "dev_1" } });
  isStoreUp = true;
  simulator.command({ kind: "restore" });
  const payloads = (packets: ScriptedBroker["packets"]) =>
    packets.flatMap(({ packet }) => (packet.cmd === "publish" && packet.topic.endsWith("/up/telemetry") ? [packet.payload.toString()] : []));
  // What was on the way when the power went arrives a moment later: the new connection is what parts before from after.
  const reconnect = () => broker.packets.findLastIndex(({ packet }) => packet.cmd === "connect");
  await eventually(() => expect(reconnect()).toBeGreaterThan(0));
  const before = () => payloads(broker.packets.slice(0, reconnect()));
  await eventually(() => expect(payloads(broker.packets.slice(reconnect())).length).toBeGreaterThanOrEqual(before().length));
  const again = payloads(broker.packets.slice(reconnect()));
  expect(before().length).toBeGreaterThan(3);
  expect(again.slice(0, before().length)).toEqual(before());
});

test("silent: connected, sends nothing", async () => {
  const { broker, simulator } = await simulate();
  await eventually(() => expect(from(broker, "dev_2").length).toBeGreaterThan(1));
  simulator.command({ kind: "silence", target: { device: "dev_2" } });
  const seen = from(broker, "dev_2").length;
  const others = from(broker, "dev_1").length;
  await eventually(() => expect(from(broker, "dev_1").length).toBeGreaterThan(others + 5));
  expect(from(broker, "dev_2").length).toBeLessThanOrEqual(seen + 1);
  expect(simulator.deviceStatus("dev_2")).toMatchObject({ isConnected: true, failure: "silence" });
});

test("flapping: the connection breaks and comes back again and again", async () => {
  const { broker, simulator } = await simulate({ devices: [device(1)] });
  await eventually(() => expect(simulator.status().connected).toBe(1));
  simulator.command({ kind: "flap", target: { device: "dev_1" } });
  await eventually(() => expect(broker.packets.filter(({ packet }) => packet.cmd === "connect").length).toBeGreaterThanOrEqual(3));
  simulator.command({ kind: "restore" });
  await eventually(() => expect(simulator.status()).toMatchObject({ connected: 1, failing: 0 }));
});

test("without its token a device is refused, and well again with it", async () => {
  const { simulator } = await simulate({ devices: [device(1), device(2, "North", null)] }, (packet, reply) => {
    if (packet.cmd === "connect") reply.connack("password" in packet && packet.password ? 0 : 5);
    if (packet.cmd === "publish") reply.puback(packet);
  });
  await eventually(() => expect(simulator.status()).toMatchObject({ connected: 1, refused: 1 }));
  simulator.command({ kind: "no_token", target: { device: "dev_1" } });
  await eventually(() => expect(simulator.status()).toMatchObject({ connected: 0, refused: 2 }));
  simulator.command({ kind: "restore", target: { device: "dev_1" } });
  await eventually(() => expect(simulator.status()).toMatchObject({ connected: 1, refused: 1 }));
});

test("failures of the configuration happen by themselves", async () => {
  const failures = [{ kind: "power_cut" as const, target: "any_site" as const, afterSeconds: 0, forSeconds: 0.2 }];
  const { simulator } = await simulate({ failures });
  await eventually(() => expect(simulator.status().failing).toBeGreaterThan(0));
  await eventually(() => expect(simulator.status()).toMatchObject({ failing: 0, connected: 3 }));
});

test("a target that is not there is an error", async () => {
  const { simulator } = await simulate();
  expect(() => simulator.command({ kind: "silence", target: { device: "dev_9" } })).toThrow(/no device dev_9/);
  expect(() => simulator.command({ kind: "power_cut", target: { site: "West" } })).toThrow(/no site West/);
});
