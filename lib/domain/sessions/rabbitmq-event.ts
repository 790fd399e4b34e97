/** A connection that came or went, as RabbitMQ's event exchange or its management API tells. */
export interface RabbitmqConnection {
  /** `address:port -> address:port`: one open connection at most has it. */
  name: string;
  user: string;
  clientId: string;
  address: string;
  transport: "tcp" | "tls" | "ws";
  /** Milliseconds since 1970. */
  at: number;
}

export type RabbitmqEvent = { kind: "created"; connection: RabbitmqConnection } | { kind: "closed"; name: string; at: number };

/** An event of `amq.rabbitmq.event`, by its routing key and headers. Undefined for what is no MQTT client's. */
export function readRabbitmqEvent(routingKey: string, headers: Readonly<Record<string, unknown>>): RabbitmqEvent | undefined {
  const name = textOf(headers.name);
  const at = Number(headers.timestamp_in_ms);
  if (name === "" || !Number.isFinite(at)) return undefined;
  if (routingKey === "connection.closed") return { kind: "closed", name, at };
  const connection = routingKey === "connection.created" ? readConnection({ ...headers, connected_at: at }) : undefined;
  return connection && { kind: "created", connection };
}

/** A line of `/api/connections`, or the headers of an event: newer versions tell the client id in another place. */
export function readConnection(line: Readonly<Record<string, unknown>>): RabbitmqConnection | undefined {
  const protocol = textOf(line.protocol);
  const [name, user, clientId, at] = [textOf(line.name), textOf(line.user), clientIdOf(line), Number(line.connected_at)];
  if (!/MQTT/.test(protocol) || name === "" || user === "" || clientId === "" || !Number.isFinite(at)) return undefined;
  const transport = /Web/.test(protocol) ? "ws" : line.ssl === true ? "tls" : "tcp";
  return { name, user, clientId, address: addressOf(textOf(line.peer_host)), transport, at };
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

function clientIdOf({ client_properties: properties, variable_map: map }: Readonly<Record<string, unknown>>): string {
  if (typeof properties === "object" && properties !== null && "client_id" in properties) return textOf(properties.client_id);
  // An Erlang map as text: #{<<"client_id">> => <<"dev_1">>}.
  return /<<"client_id">> => <<"([^"]*)">>/.exec(textOf(map))?.[1] ?? "";
}

/** Erlang's tuple, `{127,0,0,1}` or `{8193,3512,0,0,0,0,0,1}`, as people write it. */
function addressOf(text: string): string {
  const numbers = /^\{([\d,]+)\}$/.exec(text)?.[1]?.split(",").map(Number);
  if (!numbers) return text;
  return numbers.length === 4 ? numbers.join(".") : numbers.map((group) => group.toString(16)).join(":");
}
