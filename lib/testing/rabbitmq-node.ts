import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePorts } from "./free-ports";
import { startProcess } from "./real-process";

const SERVER = "/usr/lib/rabbitmq/bin/rabbitmq-server";
const EPMD = "/usr/bin/epmd";

/** Debian's script itself: its wrapper in /usr/sbin insists on the user rabbitmq and its folders. */
export const rabbitmqInstalled = existsSync(SERVER) && existsSync(EPMD);

export interface RabbitmqNode {
  mqttPort: number;
  management: { url: string; user: string; password: string };
  output(): string;
  stop(): Promise<void>;
}

/**
 * A RabbitMQ of its own in a temporary folder: own node name, own epmd, everything on loopback. It takes MQTT clients by our HTTP
 * hooks and nobody else by any other way, but for its own administrator.
 */
export async function startRabbitmq({ hooks }: { hooks: { port: number; secret: string } }): Promise<RabbitmqNode> {
  const [epmdPort = 0, distPort = 0, amqpPort = 0, mqttPort = 0, managementPort = 0] = await freePorts(5);
  const folder = await mkdtemp(path.join(tmpdir(), "sallyport-rabbitmq-"));
  const inFolder = (name: string) => path.join(folder, name);
  const management = { url: `http://127.0.0.1:${managementPort}`, user: "operator", password: "only for this test" };
  await mkdir(inFolder("home"));
  await writeFile(inFolder("enabled_plugins"), "[rabbitmq_mqtt,rabbitmq_auth_backend_http,rabbitmq_management].\n");
  await writeFile(inFolder("advanced.config"), "[].\n");
  await writeFile(inFolder("rabbitmq.conf"), configuration({ hooks, amqpPort, mqttPort, managementPort, management }));
  const epmd = await startProcess(EPMD, ["-d", "-port", String(epmdPort), "-address", "127.0.0.1"], {
    ready: (output) => /entering|running/.test(output),
    limitMs: 10_000,
  });
  const node = await startProcess(SERVER, [], {
    env: {
      // Makes the script become the server instead of a shell around it.
      detached: "1",
      HOME: inFolder("home"),
      ERL_EPMD_PORT: String(epmdPort),
      ERL_EPMD_ADDRESS: "127.0.0.1",
      RABBITMQ_NODENAME: `sallyport-${epmdPort}@localhost`,
      RABBITMQ_DIST_PORT: String(distPort),
      RABBITMQ_MNESIA_BASE: inFolder("mnesia"),
      RABBITMQ_LOG_BASE: inFolder("log"),
      RABBITMQ_LOGS: "-",
      RABBITMQ_CONFIG_FILE: inFolder("rabbitmq.conf"),
      RABBITMQ_ADVANCED_CONFIG_FILE: inFolder("advanced.config"),
      RABBITMQ_CONF_ENV_FILE: inFolder("none"),
      RABBITMQ_ENABLED_PLUGINS_FILE: inFolder("enabled_plugins"),
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "-kernel inet_dist_use_interface {127,0,0,1} +S 2:2 +sbwt none",
    },
    ready: (output) => output.includes("Server startup complete"),
    limitMs: 50_000,
  });
  return {
    mqttPort,
    management,
    output: node.output,
    async stop() {
      await node.kill();
      await epmd.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function configuration(ports: {
  hooks: { port: number; secret: string };
  amqpPort: number;
  mqttPort: number;
  managementPort: number;
  management: RabbitmqNode["management"];
}): string {
  const hook = (name: string) => `auth_http.${name}_path = http://rabbitmq:${ports.hooks.secret}@127.0.0.1:${ports.hooks.port}/api/broker/rabbitmq/${name}`;
  return [
    `listeners.tcp.1 = 127.0.0.1:${ports.amqpPort}`,
    `mqtt.listeners.tcp.1 = 127.0.0.1:${ports.mqttPort}`,
    "management.tcp.ip = 127.0.0.1",
    `management.tcp.port = ${ports.managementPort}`,
    `default_user = ${ports.management.user}`,
    `default_pass = ${ports.management.password}`,
    "default_user_tags.administrator = true",
    "mqtt.allow_anonymous = false",
    "mqtt.vhost = /",
    "mqtt.exchange = amq.topic",
    "auth_backends.1 = http",
    "auth_backends.2 = internal",
    "auth_http.http_method = post",
    ...["user", "vhost", "resource", "topic"].map(hook),
    "",
  ].join("\n");
}
