import { connectAsync, type MqttClient } from "mqtt";
import { systemClock } from "@/lib/base/clock";
import { readEnv } from "@/lib/base/env";
import { createLog } from "@/lib/base/log";
import { deviceScopes, workerScopes } from "@/lib/protocol/access";
import { topics } from "@/lib/protocol/topics";
import { sendCommand } from "@/lib/server/commands/send-command";
import { openSecrets } from "@/lib/server/secrets";
import { freePorts } from "@/lib/testing/free-ports";
import { startProductBroker } from "@/services/broker/product-broker";
import { startWorker } from "@/services/worker/start-worker";
import type { Benchmark } from "./support/benchmark";
import { type GrantedLogin, openStage } from "./support/tokens/stage";

const RUNS = 300;
const WARM_UP = 20;

/**
 * From the verb to the committed answer of the device (its PUBACK), one command after the other; beside it the same way over MQTT alone: down
 * by a service's publish, up by a reading, whose PUBACK means committed too. `npm run bench commands`
 */
const commands: Benchmark = async ({ say }) => {
  const stage = await openStage();
  const [mqtt = 0, ws = 0, tls = 0] = await freePorts(3);
  const log = createLog("bench", "silent");
  const env = { ...readEnv({}), DATA_DIR: stage.folder, DATABASE_URL: stage.databaseUrl, MQTT_PORT: mqtt, MQTT_WS_PORT: ws, MQTTS_PORT: tls };
  const broker = await startProductBroker({ env, url: stage.databaseUrl, clock: systemClock, log, secrets: openSecrets(stage.folder), tls: null });
  await broker.ready;
  const worker = await startWorker({ env, log, clock: systemClock });
  const clients: MqttClient[] = [];
  const connect = async ({ username, password, clientId }: GrantedLogin) => {
    const client = await connectAsync({ host: "127.0.0.1", port: mqtt, protocolVersion: 4, username, password, clientId });
    clients.push(client);
    return client;
  };
  try {
    const [login] = await stage.devices(1);
    const [service] = await stage.services(1, workerScopes);
    if (!login || !service) throw new Error("no device");
    const { fleetId } = stage;
    const device = await connect(login);
    await device.subscribeAsync(deviceScopes(fleetId, login.clientId)[1]?.topic ?? "", { qos: 1 });
    const hears = listener(device, fleetId, login.clientId);
    say(`${RUNS} times over MQTT alone`);
    const sender = await connect(service);
    const bare = await times(async (index) => {
      const back = hears();
      await sender.publishAsync(topics.command(fleetId, login.clientId, `bare${index}`), "{}", { qos: 1 });
      await back;
    });
    say(`${RUNS} commands`);
    const round = await times(async () => {
      const back = hears();
      await sendCommand(stage.context, { deviceId: login.clientId, name: "identify" });
      await back;
    });
    return {
      commandRoundTripMs: round.p50,
      commandRoundTripP99Ms: round.p99,
      bareRoundTripMs: bare.p50,
      bareRoundTripP99Ms: bare.p99,
    };
  } finally {
    for (const client of clients) client.end(true);
    await worker.stop();
    await broker.stop();
    await stage.close();
  }
};
export default commands;

/** A device that answers at once. The promise is kept at the PUBACK of what it said. */
function listener(device: MqttClient, fleetId: string, id: string): () => Promise<void> {
  let done: (() => void) | undefined;
  device.on("message", (topic) => {
    const commandId = topic.split("/").at(-1) ?? "";
    const isBare = commandId.startsWith("bare");
    const answer = isBare ? JSON.stringify({ level: 1 }) : JSON.stringify({ state: "succeeded" });
    const to = isBare ? topics.up(fleetId, id, "telemetry") : topics.commandAnswer(fleetId, id, commandId);
    void device.publishAsync(to, answer, { qos: 1 }).then(() => done?.());
  });
  return () =>
    new Promise((resolve) => {
      done = resolve;
    });
}

async function times(run: (index: number) => Promise<void>): Promise<{ p50: number; p99: number }> {
  const taken: number[] = [];
  for (let index = 0; index < RUNS + WARM_UP; index++) {
    const startedAt = performance.now();
    await run(index);
    if (index >= WARM_UP) taken.push(performance.now() - startedAt);
  }
  const sorted = taken.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 100) / 100;
  return { p50: at(0.5), p99: at(0.99) };
}
