import { type Cluster, type ClusterNode, portsNeeded, startCluster } from "@/services/external/rabbitmq/cluster";
import { freePorts } from "./free-ports";

export { rabbitmqInstalled } from "@/services/external/rabbitmq/cluster";

interface Options {
  /** Where the hooks answer on loopback, and their secret. */
  hooks: { port: number; secret: string };
}

export interface RabbitmqNode {
  mqttPort: number;
  webMqttPort: number;
  management: { url: string; user: string; password: string };
  /** With the credentials of our ingest. */
  amqpUrl: string;
  output(): string;
  stop(): Promise<void>;
}

/** One RabbitMQ node of its own, behind the hooks. */
export async function startRabbitmq(options: Options): Promise<RabbitmqNode> {
  const cluster = await startRabbitmqCluster({ ...options, nodes: 1 });
  const node = nodeOf(cluster, 0);
  const { operator } = cluster.users;
  return {
    mqttPort: node.ports.mqtt,
    webMqttPort: node.ports.webMqtt,
    management: { url: `http://127.0.0.1:${node.ports.management}`, user: operator.name, password: operator.password },
    amqpUrl: amqpUrls(cluster)[0] ?? "",
    output: node.output,
    stop: cluster.stop,
  };
}

/** Nodes that are one cluster. */
export async function startRabbitmqCluster({ hooks, nodes }: Options & { nodes: number }): Promise<Cluster> {
  const url = `http://127.0.0.1:${hooks.port}`;
  return startCluster({ hooks: { url, secret: hooks.secret }, ports: await freePorts(portsNeeded(nodes)), nodes });
}

export function nodeOf({ nodes }: Cluster, index: number): ClusterNode {
  const node = nodes[index];
  if (!node) throw new Error(`there is no node ${index}`);
  return node;
}

/** Of every node, with the credentials of our ingest. */
export function amqpUrls({ nodes, users: { ingest } }: Cluster): string[] {
  return nodes.map(({ ports }) => `amqp://${ingest.name}:${ingest.password}@127.0.0.1:${ports.amqp}/%2f`);
}

/** Of every node, with the credentials of the operator. */
export function managementUrls({ nodes, users: { operator } }: Cluster): string[] {
  return nodes.map(({ ports }) => `http://${operator.name}:${operator.password}@127.0.0.1:${ports.management}`);
}
