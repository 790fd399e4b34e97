import type { DeviceCredentials } from "./device-view";

export interface Snippet {
  kind: "mosquitto" | "node" | "python" | "agent";
  title: string;
  /** What has to be there before; a command, or empty. */
  install: string;
  code: string;
}

type Needed = Pick<DeviceCredentials, "deviceId" | "name" | "username" | "token" | "host" | "port" | "telemetryTopic">;

/** Text to paste that connects this device and sends a first value. Run by tests as it stands. */
export function connectSnippets(credentials: Needed): Snippet[] {
  return [
    { kind: "mosquitto", title: "mosquitto_pub", install: "apt install mosquitto-clients", code: mosquitto(credentials) },
    { kind: "node", title: "Node", install: "npm install mqtt", code: node(credentials) },
    { kind: "python", title: "Python", install: "pip install paho-mqtt", code: python(credentials) },
    { kind: "agent", title: "This machine", install: "", code: agent(credentials) },
  ];
}

/** No client id: the broker assigns one, so that a try does not cut the session of the device itself. */
function mosquitto({ host, port, username, token, telemetryTopic }: Needed): string {
  return [
    `mosquitto_pub -h ${shell(host)} -p ${port} -q 1 \\`,
    `  -u ${shell(username)} \\`,
    `  -P ${shell(token)} \\`,
    `  -t ${shell(telemetryTopic)} \\`,
    `  -m '{"temperature": 21.4}'`,
  ].join("\n");
}

/** `.mjs`, because of the import. The client id is the device's own: any other is refused. */
function node({ host, port, username, token, telemetryTopic }: Needed): string {
  return `// save as device.mjs, then: node device.mjs
import mqtt from "mqtt";

const client = mqtt.connect({
  protocol: "mqtt",
  host: ${JSON.stringify(host)},
  port: ${port},
  protocolVersion: 4,
  clientId: ${JSON.stringify(username)},
  username: ${JSON.stringify(username)},
  password: ${JSON.stringify(token)},
});
client.on("connect", () => console.log("connected"));
client.on("error", (error) => console.error(error.message));

setInterval(() => {
  const reading = { temperature: 20 + Math.random() };
  client.publish(${JSON.stringify(telemetryTopic)}, JSON.stringify(reading), { qos: 1 }, (error) => {
    if (!error) console.log("stored", reading);
  });
}, 5_000);
`;
}

/** Works with paho-mqtt 1.6, which Debian ships, and 2. */
function python({ host, port, username, token, telemetryTopic }: Needed): string {
  return `# save as device.py, then: python3 device.py
import json, random, time
import paho.mqtt.client as mqtt

version = [mqtt.CallbackAPIVersion.VERSION2] if hasattr(mqtt, "CallbackAPIVersion") else []
client = mqtt.Client(*version, client_id=${JSON.stringify(username)})
client.username_pw_set(${JSON.stringify(username)}, ${JSON.stringify(token)})
client.connect(${JSON.stringify(host)}, ${port})
client.loop_start()

while True:
    reading = {"temperature": 20 + random.random()}
    client.publish(${JSON.stringify(telemetryTopic)}, json.dumps(reading), qos=1).wait_for_publish()
    print("stored", reading, flush=True)
    time.sleep(5)
`;
}

/** Our own agent, from this repository: the downloaded file is its configuration. */
function agent(credentials: Needed): string {
  return `# in a checkout of Sallyport, with the file from Download
npm run agent -- --config ${shell(configFileName(credentials))}
`;
}

export function configFileName({ deviceId }: Pick<DeviceCredentials, "deviceId">): string {
  return `sallyport-${deviceId}.json`;
}

/** Configuration of our agent, and of whatever else reads JSON. */
export function configFile({ host, port, username, token }: Needed): string {
  return `${JSON.stringify({ host, port, username, token }, undefined, 2)}\n`;
}

/** What the QR code carries: short keys, because each byte makes the squares smaller. */
export function configCode({ host, port, username, token }: Needed): string {
  return JSON.stringify({ v: 1, h: host, p: port, u: username, t: token });
}

/** One shell word, whatever is in it. */
function shell(text: string): string {
  return /^[A-Za-z0-9_./:-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
