import { createHash, randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

/** Where one node listens, all on loopback. */
export interface NodePorts {
  /** Of the other nodes (Erlang distribution). */
  dist: number;
  amqp: number;
  mqtt: number;
  webMqtt: number;
  management: number;
}

/** One of RabbitMQ's own users, beside the clients that come with our tokens. */
export interface OwnUser {
  name: string;
  password: string;
}

export interface ClusterUsers {
  /** Administrator: the worker ends sessions as this one. */
  operator: OwnUser;
  /** Reads its own queue and nothing else. */
  ingest: OwnUser;
}

export interface Hooks {
  /** Of the console: `http://host:port`. */
  url: string;
  secret: string;
}

interface NodeFiles {
  folder: string;
  ports: NodePorts;
  hooks: Hooks;
  /** Names of all nodes; the first one brings the users. */
  nodes: readonly string[];
  users: ClusterUsers | undefined;
}

/** The queues that our ingest declares and reads; the only things its user may touch. */
const OWN_QUEUES = "sallyport\\.(ingest|sessions)";
const HOUSE = import.meta.dirname;
/** What operators copy. */
const PLUGINS = path.join(HOUSE, "enabled_plugins");

/** Writes what a node reads at its start. Answers with RabbitMQ's variables that name the files. */
export async function writeNodeFiles({ folder, ports, hooks, nodes, users }: NodeFiles): Promise<Record<string, string>> {
  const inFolder = (name: string) => path.join(folder, name);
  await mkdir(folder, { recursive: true });
  await writeFile(inFolder("node.conf"), nodeConf({ ports, hooks, nodes, definitions: users && inFolder("definitions.json") }), { mode: 0o600 });
  if (users) await writeFile(inFolder("definitions.json"), JSON.stringify(definitions(users)), { mode: 0o600 });
  return {
    RABBITMQ_CONFIG_FILE: path.join(HOUSE, "sallyport.conf"),
    RABBITMQ_CONFIG_FILES: inFolder("*.conf"),
    RABBITMQ_ADVANCED_CONFIG_FILE: path.join(HOUSE, "sallyport.advanced.config"),
    RABBITMQ_ENABLED_PLUGINS_FILE: PLUGINS,
    RABBITMQ_CONF_ENV_FILE: inFolder("none"),
    RABBITMQ_MNESIA_BASE: inFolder("mnesia"),
    RABBITMQ_LOG_BASE: inFolder("log"),
    RABBITMQ_LOGS: "-",
  };
}

function nodeConf({ ports, hooks, nodes, definitions: file }: { ports: NodePorts; hooks: Hooks; nodes: readonly string[]; definitions: string | undefined }) {
  const base = hooks.url.replace("://", `://rabbitmq:${hooks.secret}@`);
  return [
    `listeners.tcp.1 = 127.0.0.1:${ports.amqp}`,
    `mqtt.listeners.tcp.1 = 127.0.0.1:${ports.mqtt}`,
    "web_mqtt.tcp.ip = 127.0.0.1",
    `web_mqtt.tcp.port = ${ports.webMqtt}`,
    "management.tcp.ip = 127.0.0.1",
    `management.tcp.port = ${ports.management}`,
    ...["user", "vhost", "resource", "topic"].map((question) => `auth_http.${question}_path = ${base}/api/broker/rabbitmq/${question}`),
    ...nodes.map((node, index) => `cluster_formation.classic_config.nodes.${index + 1} = ${node}`),
    ...(file ? [`load_definitions = ${file}`] : []),
    // Small: several of these share a machine that has other work.
    "vm_memory_high_watermark.absolute = 400MB",
    "raft.wal_max_size_bytes = 16777216",
    "disk_free_limit.absolute = 100MB",
    "",
  ].join("\n");
}

function definitions({ operator, ingest }: ClusterUsers) {
  const own = (user: OwnUser, tags: string[]) => ({ name: user.name, password_hash: passwordHash(user.password), hashing_algorithm: HASHING, tags });
  const may = (user: OwnUser, configure: string, write: string, read: string) => ({ user: user.name, vhost: "/", configure, write, read });
  return {
    vhosts: [{ name: "/" }],
    users: [own(operator, ["administrator"]), own(ingest, [])],
    permissions: [may(operator, ".*", ".*", ".*"), may(ingest, `^${OWN_QUEUES}$`, `^${OWN_QUEUES}$`, `^(${OWN_QUEUES}|amq\\.topic|amq\\.rabbitmq\\.event)$`)],
  };
}

const HASHING = "rabbit_password_hashing_sha256";

/** RabbitMQ's form: four bytes of salt and SHA-256 of salt and password, in base64. */
function passwordHash(password: string): string {
  const salt = randomBytes(4);
  return Buffer.concat([salt, createHash("sha256").update(salt).update(password).digest()]).toString("base64");
}
