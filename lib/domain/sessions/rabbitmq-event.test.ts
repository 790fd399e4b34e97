import { expect, test } from "vitest";
import { readConnection, readRabbitmqEvent } from "./rabbitmq-event";

const name = "127.0.0.1:55788 -> 127.0.0.1:1883";
// As RabbitMQ 3.10.8 sends it.
const created = {
  ssl: false,
  client_properties: [],
  variable_map: '#{<<"client_id">> => <<"dev_1">>}',
  user: "dev_1",
  peer_host: "{127,0,0,1}",
  name,
  protocol: "{'MQTT',\"3.1.1\"}",
  timestamp_in_ms: 1_795_871_953_621,
};
const connection = { name, user: "dev_1", clientId: "dev_1", address: "127.0.0.1", transport: "tcp", at: 1_795_871_953_621 };

test("MQTT connections that come and go; others are none", () => {
  expect(readRabbitmqEvent("connection.created", created)).toEqual({ kind: "created", connection });
  expect(readRabbitmqEvent("connection.closed", { name, timestamp_in_ms: 5 })).toEqual({ kind: "closed", name, at: 5 });
  expect(readRabbitmqEvent("connection.created", { ...created, protocol: "{0,9,1}" })).toBeUndefined();
  expect(readRabbitmqEvent("connection.created", { ...created, variable_map: "" })).toBeUndefined();
  expect(readRabbitmqEvent("queue.created", created)).toBeUndefined();
  expect(readRabbitmqEvent("connection.closed", {})).toBeUndefined();
});

test("over WebSocket, TLS and IPv6; a line of the management API", () => {
  expect(readConnection({ ...created, connected_at: 1, protocol: "{'Web MQTT',\"3.1.1\"}", peer_host: "{8193,3512,0,0,0,0,0,1}" })).toMatchObject({
    transport: "ws",
    address: "2001:db8:0:0:0:0:0:1",
  });
  const line = { name, user: "dev_1", protocol: "MQTT 3.1.1", ssl: true, peer_host: "10.0.0.9", connected_at: 7, client_properties: { client_id: "dev_1" } };
  expect(readConnection(line)).toEqual({ ...connection, address: "10.0.0.9", transport: "tls", at: 7 });
});
