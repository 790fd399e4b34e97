import mqtt from "mqtt";

interface Sender {
  username: string;
  token: string;
  telemetryTopic: string;
}

/** One QoS 1 publish as this device; resolves when it is acknowledged. */
export async function publish(port: number, { username, token, telemetryTopic }: Sender, message: string): Promise<void> {
  const client = await mqtt.connectAsync({ host: "127.0.0.1", port, protocolVersion: 4, clientId: username, username, password: token, reconnectPeriod: 0 });
  await client.publishAsync(telemetryTopic, message, { qos: 1 });
  await client.endAsync();
}
