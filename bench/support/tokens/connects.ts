import { startWorker } from "../worker";
import { productBroker } from "./brokers";
import type { ConnectLoad } from "./connects-process";
import { median } from "./figures";
import type { Stage } from "./stage";

const ROUNDS = 5;
const CONNECTS = 600;
const AT_ONCE = 100;

/**
 * Connections per second to the product's broker process: TCP, CONNECT with a device's token, CONNACK, DISCONNECT, 100 at a time.
 * Every token is another one and shown for the first time, so each signature is verified; sessions are recorded in Postgres.
 */
export async function measureConnects(stage: Stage): Promise<Record<string, number>> {
  const devices = await stage.devices(CONNECTS);
  const broker = await productBroker(stage);
  const load = startWorker<ConnectLoad>(new URL("./connects-process.ts", import.meta.url));
  try {
    const rates: number[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const logins = round === 0 ? devices : await stage.renew(devices);
      const seconds = await load.call("storm", { port: broker.port, logins, atOnce: AT_ONCE });
      if (round > 0) rates.push(CONNECTS / seconds);
    }
    return { connectsPerSecond: median(rates) };
  } finally {
    await load.stop();
    await broker.kill();
  }
}
