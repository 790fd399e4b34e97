import { vi } from "vitest";
import type { SuiteDecision, SuiteGrant } from "@/lib/domain/tokens/decision-suite";
import { openWire, type Wire, type WireLogin } from "./mqtt-wire";

export interface SuiteRun {
  /** How many decisions were asked. */
  ran: number;
  /** Where broker and suite differ; empty is what everybody wants. */
  differences: string[];
}

interface SuiteOptions {
  grants: readonly SuiteGrant[];
  /** Lets a client in that has exactly these scopes. */
  provision: (grant: SuiteGrant) => Promise<WireLogin>;
  /** May publish and read everything. Sees what really passed. */
  control: WireLogin;
}

const END = "suite/end";

/**
 * Asks a running broker every decision over real sockets, one connection a grant. A publish is allowed when a third party gets the
 * message, a subscription when it is granted, a delivery when a message to exactly that topic arrives.
 */
export async function runDecisionSuite({ grants, provision, control }: SuiteOptions): Promise<SuiteRun> {
  const observer = await mustOpen(control);
  const observing = await observer.subscribe("#", 0);
  if (observing !== 0) throw new Error(`the observer may not observe: ${observing}`);
  const publishes: { decision: SuiteDecision; mark: string; answer: string }[] = [];
  const differences: string[] = [];
  let ran = 0;
  const judge = (decision: SuiteDecision, allowed: boolean, how: string) => {
    ran += 1;
    if (allowed !== (decision.verdict === "ALLOWED")) differences.push(describe(decision, how));
  };

  for (const grant of grants) {
    if (grant.decisions.length === 0) continue;
    const login = await provision(grant);
    let wire = await mustOpen(login);
    for (const decision of grant.decisions) {
      if (wire.closed) wire = await mustOpen(login);
      if (decision.action === "publish") {
        const mark = `mark ${publishes.length}`;
        const answer = await wire.publish(decision.topic, mark, decision);
        publishes.push({ decision, mark, answer });
      } else if (decision.action === "subscribe") {
        const granted = await wire.subscribe(decision.topic, decision.qos);
        judge(decision, granted !== "closed" && granted < 0x80, `answer ${granted}`);
        if (granted !== "closed" && granted < 0x80) await wire.unsubscribe(decision.topic);
      } else judge(decision, await isDelivered(wire, observer, decision), "delivery");
    }
    await wire.close();
  }

  await observer.publish(END, END, { qos: 1, retain: false });
  await vi.waitFor(() => assertArrived(observer, END), { timeout: 15_000, interval: 20 });
  const arrived = new Set(observer.delivered.map(({ payload }) => String(payload)));
  for (const { decision, mark, answer } of publishes) {
    judge(decision, arrived.has(mark), answer);
    if (answer === "refused" && arrived.has(mark)) differences.push(describe(decision, "refused, yet delivered"));
  }
  await observer.close();
  return { ran, differences };
}

/** Subscribes to exactly the topic and has the control client publish there. */
async function isDelivered(wire: Wire, control: Wire, { topic, verdict }: SuiteDecision): Promise<boolean> {
  const granted = await wire.subscribe(topic, 1);
  if (granted === "closed" || granted >= 0x80) return false;
  const mark = `delivery ${control.delivered.length} ${topic}`;
  await control.publish(topic, mark, { qos: 1, retain: false });
  await vi.waitFor(() => assertArrived(control, mark), { timeout: 15_000, interval: 5 });
  if (verdict === "ALLOWED") await vi.waitFor(() => assertArrived(wire, mark), { timeout: 5_000, interval: 5 }).catch(() => {});
  else await wire.ping(); // a broker of one thread has written what it had before it answers
  const delivered = wire.delivered.some(({ payload }) => String(payload) === mark);
  if (!wire.closed) await wire.unsubscribe(topic);
  return delivered;
}

function assertArrived(wire: Wire, mark: string): void {
  if (!wire.delivered.some(({ payload }) => String(payload) === mark)) throw new Error(`${mark} did not arrive`);
}

export async function mustOpen(login: WireLogin): Promise<Wire> {
  const wire = await openWire(login);
  if ("refused" in wire) throw new Error(`the broker refused ${login.clientId}: ${wire.refused}`);
  return wire;
}

function describe({ grant, action, topic, qos, retain, verdict, why }: SuiteDecision, how: string): string {
  return `${grant}: ${action} ${JSON.stringify(topic.slice(0, 80))} qos ${qos}${retain ? " retained" : ""} should be ${verdict} (${why}); ${how}`;
}
