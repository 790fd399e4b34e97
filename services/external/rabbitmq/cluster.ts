import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type RealProcess, startProcess } from "../real-process";
import { type ClusterUsers, type Hooks, type NodePorts, writeNodeFiles } from "./node-files";

const SERVER = "/usr/lib/rabbitmq/bin/rabbitmq-server";
const EPMD = "/usr/bin/epmd";
const START_LIMIT_MS = 150_000;

/** Debian's script itself: its wrapper in /usr/sbin insists on the user rabbitmq and its folders. */
export const rabbitmqInstalled = existsSync(SERVER) && existsSync(EPMD);

export interface ClusterNode {
  name: string;
  ports: NodePorts;
  /** Undefined while it is stopped. */
  pid(): number | undefined;
  /** What it printed since its last start. */
  output(): string;
  /** Ends it at once, as a power cut would; its data stays. */
  kill(): Promise<void>;
  /** Starts it again on the same data: it joins the others. */
  start(): Promise<void>;
}

export interface Cluster {
  nodes: ClusterNode[];
  users: ClusterUsers;
  /** Of Erlang's name server, which is the cluster's own. */
  epmd: { port: number; pid: number };
  /** Ends everything and removes its data. */
  stop(): Promise<void>;
}

export interface ClusterOptions {
  hooks: Hooks;
  /** Six for one node, five more for each further one: all different and free. */
  ports: readonly number[];
  nodes: number;
}

const PORTS_OF_A_NODE = 5;
/** How many ports a cluster of this size needs. */
export const portsNeeded = (nodes: number) => 1 + nodes * PORTS_OF_A_NODE;

/**
 * RabbitMQ nodes of Debian's package on this machine, in a temporary folder: own epmd, own cookie, everything on loopback. They
 * take MQTT clients by our hooks, and nobody else but their own two users. Answers when all have joined.
 */
export async function startCluster({ hooks, ports, nodes: count }: ClusterOptions): Promise<Cluster> {
  const [epmdPort = 0, ...rest] = ports;
  const folder = await mkdtemp(path.join(tmpdir(), "sallyport-rabbitmq-"));
  const home = path.join(folder, "home");
  await mkdir(home);
  await writeFile(path.join(home, ".erlang.cookie"), randomBytes(24).toString("hex"), { mode: 0o400 });
  const users = { operator: newUser("operator"), ingest: newUser("ingest") };
  const epmd = await startProcess(EPMD, ["-d", "-port", String(epmdPort), "-address", "127.0.0.1"], {
    ready: (output) => /entering|running/.test(output),
    limitMs: 10_000,
  });
  const names = Array.from({ length: count }, (_, index) => `sallyport-${epmdPort}-${index + 1}@localhost`);
  const nodes = await Promise.all(
    names.map(async (name, index) => {
      const own = portsOf(rest.slice(index * PORTS_OF_A_NODE));
      const files = await writeNodeFiles({
        folder: path.join(folder, String(index + 1)),
        ports: own,
        hooks,
        nodes: names,
        users: index === 0 ? users : undefined,
      });
      return clusterNode({ name, ports: own, env: { ...files, HOME: home, ...erlangEnv(epmdPort, own, name) } });
    }),
  );
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.kill()));
    await epmd.kill();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    // One after the other: each finds the ones before it, and no two found a cluster each.
    for (const node of nodes) await node.start();
  } catch (error) {
    await stop();
    throw error;
  }
  return { nodes, users, epmd: { port: epmdPort, pid: epmd.child.pid ?? 0 }, stop };
}

const newUser = (name: string) => ({ name, password: randomBytes(18).toString("base64url") });

function portsOf([dist = 0, amqp = 0, mqtt = 0, webMqtt = 0, management = 0]: readonly number[]): NodePorts {
  return { dist, amqp, mqtt, webMqtt, management };
}

function erlangEnv(epmdPort: number, { dist }: NodePorts, name: string): Record<string, string> {
  return {
    // Makes the script become the server instead of a shell around it.
    detached: "1",
    ERL_EPMD_PORT: String(epmdPort),
    ERL_EPMD_ADDRESS: "127.0.0.1",
    RABBITMQ_NODENAME: name,
    RABBITMQ_DIST_PORT: String(dist),
    // One scheduler and no busy waiting: several nodes share two cores with everything else.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "-kernel inet_dist_use_interface {127,0,0,1} +S 1:1 +SDio 1 +A 2 +sbwt none +sbwtdcpu none +sbwtdio none",
  };
}

function clusterNode({ name, ports, env }: { name: string; ports: NodePorts; env: Record<string, string> }): ClusterNode {
  let running: RealProcess | undefined;
  return {
    name,
    ports,
    pid: () => running?.child.pid,
    output: () => running?.output() ?? "",
    async start() {
      running ??= await startProcess(SERVER, [], { env, ready: (output) => output.includes("Server startup complete"), limitMs: START_LIMIT_MS });
    },
    async kill() {
      await running?.kill();
      running = undefined;
    },
  };
}
