import { parseArgs } from "node:util";
import { type Cluster, portsNeeded, rabbitmqInstalled, startCluster } from "./cluster";

// A RabbitMQ cluster on this machine, to try or to look at: docs/other-brokers.md. It asks the console's hooks and ends with Ctrl-C.
const DEFAULT_FIRST_PORT = 21_880;
const USE = "node --import tsx services/external/rabbitmq/main.ts [--nodes 3] [--first-port 21880] [--console http://127.0.0.1:3000]";

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { nodes: { type: "string" }, "first-port": { type: "string" }, console: { type: "string" } } });
  const nodes = Number(values.nodes ?? 3);
  const first = Number(values["first-port"] ?? DEFAULT_FIRST_PORT);
  const secret = process.env.BROKER_HOOK_SECRET;
  if (!(nodes >= 1 && nodes <= 7) || !(first >= 1024 && first < 65_000)) throw new Error(`Use: ${USE}`);
  if (!secret) throw new Error("BROKER_HOOK_SECRET is not set: the same secret as the console's (docs/other-brokers.md).");
  if (!rabbitmqInstalled) throw new Error("RabbitMQ is not installed (Debian: apt-get install rabbitmq-server).");
  say(`Starting ${nodes} nodes, one after the other`);
  const ports = Array.from({ length: portsNeeded(nodes) }, (_, index) => first + index);
  const cluster = await startCluster({ hooks: { url: values.console ?? "http://127.0.0.1:3000", secret }, ports, nodes });
  say(settings(cluster));
  await new Promise<void>((resolve) => {
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(name, () => resolve());
  });
  say("Stopping, and removing its data");
  await cluster.stop();
}

/** What Sallyport is started with to use it. */
function settings({ nodes, users: { operator, ingest } }: Cluster): string {
  const of = (scheme: string, { name, password }: { name: string; password: string }, port: "amqp" | "management", path = "") =>
    nodes.map(({ ports }) => `${scheme}://${name}:${password}@127.0.0.1:${ports[port]}${path}`).join(",");
  return [
    `MQTT at ${nodes.map(({ ports }) => `127.0.0.1:${ports.mqtt}`).join(", ")}; over WebSocket at ${nodes.map(({ ports }) => ports.webMqtt).join(", ")}, path /ws`,
    "For Sallyport, beside BROKER_HOOK_SECRET:",
    `RABBITMQ_MANAGEMENT_URL=${of("http", operator, "management")}`,
    `RABBITMQ_AMQP_URL=${of("amqp", ingest, "amqp", "/%2f")}`,
    `MQTT_URL=${nodes.map(({ ports }) => `mqtt://127.0.0.1:${ports.mqtt}`).join(",")}`,
    `LIVE_URL=ws://127.0.0.1:${nodes[0]?.ports.webMqtt}/ws`,
    "Ctrl-C ends it.",
  ].join("\n");
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
