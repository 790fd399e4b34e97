import { createLog } from "@/lib/base/log";
import { LIMITS } from "@/lib/protocol/limits";
import { createBroker } from "@/services/broker/broker";
import { AddressLimit } from "@/services/broker/listeners/address-limit";
import { listenOn } from "@/services/broker/listeners/listen-on";
import { tcpServer } from "@/services/broker/listeners/tcp";
import { openPolicy } from "../open-policy";

// The product's broker, guard and plain listener, and a policy that asks nobody anything. Argument: the port, on loopback.

const broker = await createBroker({
  policy: openPolicy({ maxQos: 1 }),
  log: createLog("open-broker", "error"),
  store: { messages: LIMITS.queuedMessages, bytes: LIMITS.queuedBytes, retained: 200_000 },
});
await listenOn(tcpServer(broker.receive, new AddressLimit(10_000)), { host: "127.0.0.1", port: Number(process.argv[2]), variable: "the port" });
process.on("disconnect", () => process.exit());
process.send?.({ type: "ready" });
