import { startWorker } from "../worker";
import { type BrokerProcess, mosquittoBroker, openBroker, productBroker } from "./brokers";
import type { FanInLoad, Target } from "./fan-in-process";
import { median } from "./figures";
import type { Stage } from "./stage";
import { tenScopes } from "./ten-scopes";

const PUBLISHERS = 200;
const WINDOW = 10;
const PAYLOAD_BYTES = 100;
const ROUNDS = 7;
const ROUND_SECONDS = 1.5;
const WARM_UP_SECONDS = 2;

type Name = "enforced" | "bare" | "mosquitto";
type Round = Partial<Record<Name, { messagesPerSecond: number; cpuPer100k: number }>>;

/**
 * QoS 1 from 200 publishers to one subscriber, as fast as it goes: the product's broker process, where each client has a token
 * with ten scopes and each publish, subscription and delivery is judged; the same broker without that; Mosquitto. All in the same
 * run from the same load generator, in turn. What is published belongs to services, so that nothing is stored: that the store is
 * not what differs.
 */
export async function measureFanIn(stage: Stage, say: (text: string) => void): Promise<Record<string, number>> {
  const load = startWorker<FanInLoad>(new URL("./fan-in-process.ts", import.meta.url));
  const brokers = new Map<Name, BrokerProcess>();
  try {
    brokers.set("enforced", await productBroker(stage));
    brokers.set("bare", await openBroker());
    const mosquitto = await mosquittoBroker(stage.folder);
    if (mosquitto) brokers.set("mosquitto", mosquitto);
    else say("no Mosquitto here (Debian: apt install mosquitto): its ratio is left out");
    for (const [name, { port }] of brokers) await load.call("open", { ...(await clientsOf(name, stage)), name, port });

    const measure = async (name: Name, broker: BrokerProcess, seconds: number) => {
      const before = broker.cpuSeconds();
      const { messagesPerSecond, messages } = await load.call("run", { name, seconds });
      return { messagesPerSecond, cpuPer100k: ((broker.cpuSeconds() - before) / messages) * 100_000 };
    };
    for (const [name, broker] of brokers) await measure(name, broker, WARM_UP_SECONDS);
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const result: Round = {};
      // Forth and back, so that none is always the first.
      for (const [name, broker] of round % 2 ? [...brokers].toReversed() : brokers) result[name] = await measure(name, broker, ROUND_SECONDS);
      rounds.push(result);
      say(`  round ${round + 1}: ${[...brokers.keys()].map((name) => `${name} ${Math.round(result[name]?.messagesPerSecond ?? 0)}/s`).join(", ")}`);
    }
    return figures(rounds, mosquitto !== undefined);
  } finally {
    await load.stop();
    for (const broker of brokers.values()) await broker.kill();
  }
}

async function clientsOf(name: Name, { services, fleetId }: Stage): Promise<Omit<Target, "name" | "port">> {
  const filter = `sp/v1/${fleetId}/+/up/telemetry`;
  const granted = await services(PUBLISHERS, (subject) => tenScopes(fleetId, subject));
  const topics = granted.map(({ clientId }) => `sp/v1/${fleetId}/${clientId}/up/telemetry`);
  const [reader = { clientId: "" }] = await services(1, () => [{ permission: "allow", action: "subscribe", topic: filter }]);
  const known = name === "enforced";
  const anonymous = ({ clientId }: { clientId: string }) => ({ clientId });
  const publishers = known ? granted : granted.map(anonymous);
  return { publishers, topics, subscriber: known ? reader : anonymous(reader), filter, window: WINDOW, payloadBytes: PAYLOAD_BYTES };
}

function figures(rounds: readonly Round[], withMosquitto: boolean): Record<string, number> {
  const all = (name: Name, what: "messagesPerSecond" | "cpuPer100k") => rounds.map((round) => round[name]?.[what] ?? Number.NaN);
  const ratio = (a: Name, b: Name, what: "messagesPerSecond" | "cpuPer100k") => {
    const below = all(b, what);
    return median(all(a, what).map((value, index) => value / (below[index] ?? Number.NaN)));
  };
  return {
    enforcedQos1PerSecond: median(all("enforced", "messagesPerSecond")),
    bareQos1PerSecond: median(all("bare", "messagesPerSecond")),
    enforcedToBareQos1Ratio: ratio("enforced", "bare", "messagesPerSecond"),
    enforcedToBareCpuRatio: ratio("enforced", "bare", "cpuPer100k"),
    ...(withMosquitto && {
      mosquittoQos1PerSecond: median(all("mosquitto", "messagesPerSecond")),
      embeddedToMosquittoQos1Ratio: ratio("enforced", "mosquitto", "messagesPerSecond"),
      embeddedToMosquittoCpuRatio: ratio("enforced", "mosquitto", "cpuPer100k"),
    }),
  };
}
