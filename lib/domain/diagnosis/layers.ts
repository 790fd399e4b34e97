import { spanText } from "./evidence";
import { type DeviceFacts, isAfterLoss } from "./facts";

export interface Layer {
  name: string;
  state: "good" | "bad" | "odd" | "unknown";
  text: string;
}

/** What lies between a device and us, from its record to its host: one word each. */
export function layersOf(facts: DeviceFacts): Layer[] {
  return [registry(facts), token(facts), network(facts), neighbours(facts), broker(facts), clock(facts), posture(facts)];
}

function registry({ lifecycle, sessions }: DeviceFacts): Layer {
  if (lifecycle === "suspended" || lifecycle === "retired") return { name: "Registry", state: "bad", text: lifecycle };
  return sessions === 0 ? { name: "Registry", state: "odd", text: "Never connected" } : { name: "Registry", state: "good", text: "Known" };
}

function token({ token: last, validTokens, now }: DeviceFacts): Layer {
  if (!last) return { name: "Token", state: validTokens > 0 ? "unknown" : "bad", text: validTokens > 0 ? "Not used yet" : "None is valid" };
  if (last.revokedAt) return { name: "Token", state: "bad", text: "Revoked" };
  if (last.expiresAt <= now) return { name: "Token", state: "bad", text: "Expired" };
  return { name: "Token", state: "good", text: `Valid, ${spanText(last.expiresAt.getTime() - now.getTime())} left` };
}

function network(facts: DeviceFacts): Layer {
  const { presence, newNetwork, refusals } = facts;
  if (newNetwork) return { name: "Network", state: "odd", text: `From ${newNetwork.to}: new` };
  if (presence.state === "online" || presence.state === "silent") return { name: "Network", state: "good", text: "Connected" };
  if (refusals.some(({ lastAt }) => isAfterLoss(lastAt, facts))) return { name: "Network", state: "good", text: "Reaches us" };
  return { name: "Network", state: "unknown", text: "Nothing heard" };
}

function neighbours({ neighbours: { connected, away } }: DeviceFacts): Layer {
  const all = connected + away;
  if (all === 0) return { name: "Neighbours", state: "unknown", text: "It has none" };
  return { name: "Neighbours", state: away * 2 >= all ? "bad" : away * 10 > all ? "odd" : "good", text: `${connected} of ${all} connected` };
}

function broker({ brokerAlive }: DeviceFacts): Layer {
  return { name: "Broker", state: brokerAlive ? "good" : "bad", text: brokerAlive ? "Runs" : "Does not run" };
}

function clock({ clock: read }: DeviceFacts): Layer {
  if (!read) return { name: "Clock", state: "unknown", text: "Not known" };
  const off = Math.abs(read.offSeconds);
  return off >= 120
    ? { name: "Clock", state: "odd", text: `${spanText(off * 1000)} ${read.offSeconds > 0 ? "ahead" : "behind"}` }
    : { name: "Clock", state: "good", text: "Right" };
}

function posture({ posture: report }: DeviceFacts): Layer {
  if (!report) return { name: "Posture", state: "unknown", text: "No report" };
  const odd = [...report.oddListeners, ...report.oddDestinations];
  return odd.length > 0 ? { name: "Posture", state: "odd", text: odd.slice(0, 2).join(", ") } : { name: "Posture", state: "good", text: "As its profile" };
}
