// Reports readings to Sallyport with mqtt.js, at QoS 1: PUBACK means stored.
//
//   npm install mqtt
//   export SALLYPORT_HOST=127.0.0.1 SALLYPORT_PORT=1883 SALLYPORT_FLEET=flt_... SALLYPORT_DEVICE=dev_...
//   export SALLYPORT_TOKEN_FILE=./token
//   node device/examples/node.mjs
//
// SALLYPORT_CA=FILE connects by TLS and trusts that certificate authority. SALLYPORT_COUNT sets the number of readings (default 3).
// A real device keeps unsent messages on disk: device/agent does, and can be used as a library.
import { readFileSync } from "node:fs";
import mqtt from "mqtt";

const { SALLYPORT_HOST = "127.0.0.1", SALLYPORT_PORT = "1883", SALLYPORT_FLEET, SALLYPORT_DEVICE, SALLYPORT_TOKEN_FILE, SALLYPORT_CA } = process.env;
if (!SALLYPORT_FLEET || !SALLYPORT_DEVICE || !SALLYPORT_TOKEN_FILE) throw new Error("Set SALLYPORT_FLEET, SALLYPORT_DEVICE and SALLYPORT_TOKEN_FILE.");
const topic = `sp/v1/${SALLYPORT_FLEET}/${SALLYPORT_DEVICE}/up/telemetry`;

const client = mqtt.connect({
  protocol: SALLYPORT_CA ? "mqtts" : "mqtt",
  host: SALLYPORT_HOST,
  port: Number(SALLYPORT_PORT),
  ...(SALLYPORT_CA && { ca: readFileSync(SALLYPORT_CA) }),
  protocolVersion: 4, // MQTT 3.1.1
  clientId: SALLYPORT_DEVICE,
  username: SALLYPORT_DEVICE,
  password: readFileSync(SALLYPORT_TOKEN_FILE, "utf8").trim(),
  keepalive: 30,
});
client.on("error", (error) => {
  // Return codes 4 and 5: user name or token are not good. Trying again will not help.
  process.stderr.write(`refused: ${error.message}. Check user name and token, or grant a new one.\n`);
  process.exit(1);
});

// Rising over restarts without a file to remember it in: milliseconds since 1970.
const first = Date.now();
for (let seq = first; seq < first + Number(process.env.SALLYPORT_COUNT ?? 3); seq++) {
  // SenML (RFC 8428): base name, base time in seconds, and the message's own sequence number in the first record.
  const reading = [
    { bn: `${SALLYPORT_DEVICE}:`, bt: Date.now() / 1000, seq, n: "temperature", u: "Cel", v: 21.4 + (seq - first) },
    { n: "pressure", u: "kPa", v: 320.5 },
  ];
  await client.publishAsync(topic, JSON.stringify(reading), { qos: 1 });
  process.stdout.write(`stored ${seq}\n`);
}
await client.endAsync();
