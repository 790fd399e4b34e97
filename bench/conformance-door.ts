/**
 * The product's broker with its guard and its listeners, and a policy that lets everybody do everything, so that public MQTT
 * 3.1.1 conformance suites can be run against it. Loopback only, no database, and nothing of the product starts it.
 *
 *   npx tsx bench/conformance-door.ts [--port 18830] [--ws-port 18831] [--refuse TOPIC]
 *
 *   --port      plain MQTT (0: any free one; the line printed at the start says which)
 *   --ws-port   MQTT over WebSocket at /mqtt
 *   --refuse    one topic: subscribing to it is answered 0x80, publishing to it closes the connection
 *
 * Needs Python 3 for the public suite of the Eclipse Paho project (github.com/eclipse/paho.mqtt.testing):
 *
 *   npx tsx bench/conformance-door.ts --port 18830 --refuse test/nosubscribe
 *   python3 interoperability/client_test.py -p 18830
 */
import { parseArgs } from "node:util";
import { createLog } from "@/lib/base/log";
import { createBroker } from "@/services/broker/broker";
import { AddressLimit } from "@/services/broker/listeners/address-limit";
import { listenOn } from "@/services/broker/listeners/listen-on";
import { tcpServer } from "@/services/broker/listeners/tcp";
import { webSocketServer } from "@/services/broker/listeners/websocket";
import { openPolicy } from "./support/open-policy";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "18830" },
    "ws-port": { type: "string", default: "18831" },
    refuse: { type: "string" },
  },
});

const host = "127.0.0.1";
const limit = new AddressLimit(20_000);
const broker = await createBroker({
  policy: openPolicy({ maxQos: 2, refuse: values.refuse }),
  log: createLog("conformance-door", "warn"),
  store: { messages: 10_000, bytes: 64 * 1024 * 1024, retained: 100_000 },
});
const tcp = await listenOn(tcpServer(broker.receive, limit), { host, port: Number(values.port), variable: "--port" });
const webSockets = webSocketServer({ receive: broker.receive, limit, publicUrl: `http://${host}`, trustProxy: false, onRefused() {} });
const ws = await listenOn(webSockets, { host, port: Number(values["ws-port"]), variable: "--ws-port" });
process.stdout.write(`${JSON.stringify({ host, port: tcp.port, wsPort: ws.port, refuse: values.refuse ?? null })}\n`);

const stop = async () => {
  await broker.close();
  process.exit(0);
};
process.on("SIGINT", stop);
process.on("SIGTERM", stop);
