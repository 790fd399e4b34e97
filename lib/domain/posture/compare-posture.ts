import type { PostureReport } from "@/lib/protocol/posture";
import { type AllowList, allowsDestination } from "./allow-list";
import { destinationsOf, listenersOf, unnamedOf } from "./sockets";
import { addTraffic, type TrafficHistory, type TrafficJump } from "./traffic";

export const FINDING_KINDS = ["listener", "destination", "traffic"] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** Something that one report shows: a listener of any verdict, or a violation. */
export interface Finding {
  kind: FindingKind;
  /** `tcp/22`; `192.0.2.1:443`; `in` or `out`. Of a listener that is counted and not named: `unnamed`. */
  what: string;
  verdict: "violation" | "allowed" | "loopback";
  /** One sentence for people. */
  evidence: string;
}

/** What is remembered of the reports before. */
export interface PostureMemory {
  /** Destinations. Null before the first report that was judged. */
  seen: readonly string[] | null;
  traffic: TrafficHistory;
}

/** More destinations than this are not remembered: the newest are. */
const MOST_SEEN = 500;

/**
 * The decision about a report, with what the ones before have shown and what its profile allows. Answers everything that holds now; what
 * is not in it any more has ended. `seconds`: since the report before. `lately`: destinations that are violations for less than a day.
 *
 * - A listener outside of loopback that is not on the list is a violation, in the first report too: nothing may listen.
 * - A destination is one when a list is given and it is not on it; without a list, when no report before has shown it. The first report
 *   is then what is usual. It stays one while it is connected, for a day at most.
 * - Traffic is one when it jumps (traffic.ts).
 */
export function comparePosture(
  before: PostureMemory,
  report: PostureReport,
  { allow, seconds, lately }: { allow: AllowList; seconds: number; lately: ReadonlySet<string> },
): { findings: Finding[]; memory: PostureMemory } {
  const destinations = destinationsOf(report);
  const { history, jumps } = addTraffic(before.traffic, report.metrics.network_stats, seconds);
  const seen = new Set(before.seen);
  for (const one of destinations) {
    seen.delete(one);
    seen.add(one);
  }
  const findings = [...judgeListeners(report, allow), ...judgeDestinations(destinations, { seen: before.seen, lately }, allow), ...jumps.map(jumpFinding)];
  return { findings, memory: { seen: [...seen].slice(-MOST_SEEN), traffic: history } };
}

function judgeListeners(report: PostureReport, { listeners: allowed }: AllowList): Finding[] {
  const listeners = listenersOf(report);
  const findings = listeners.map((listener): Finding => {
    const { what, loopback } = listener;
    const where = listener.interface === null ? "" : ` on ${listener.interface}`;
    if (loopback) return { kind: "listener", what, verdict: "loopback", evidence: `${what} listens${where}: reached by the device itself only.` };
    if (allowed.includes(what)) return { kind: "listener", what, verdict: "allowed", evidence: `${what} listens${where}; its profile allows that.` };
    return { kind: "listener", what, verdict: "violation", evidence: `${what} listens${where}; its profile does not allow that.` };
  });
  const unnamed = unnamedOf(report);
  if (unnamed > 0)
    findings.push({
      kind: "listener",
      what: "unnamed",
      verdict: "violation",
      evidence: `${unnamed} more ${unnamed === 1 ? "port listens" : "ports listen"} than its report names.`,
    });
  return findings;
}

function judgeDestinations(
  destinations: readonly string[],
  { seen, lately }: { seen: PostureMemory["seen"]; lately: ReadonlySet<string> },
  allow: AllowList,
): Finding[] {
  if (allow.destinations.length > 0)
    return destinations
      .filter((one) => !allowsDestination(allow, one))
      .map((what) => ({
        kind: "destination",
        what,
        verdict: "violation",
        evidence: `Connected to ${what}, which is not on its profile's list of destinations.`,
      }));
  if (seen === null) return [];
  const known = new Set(seen);
  return destinations
    .filter((one) => !known.has(one) || lately.has(one))
    .map((what) => ({ kind: "destination", what, verdict: "violation", evidence: `Connected to ${what}, which no report before has shown.` }));
}

function jumpFinding({ direction, bytes, seconds, rate, median, bound, reports }: TrafficJump): Finding {
  const evidence =
    `${sizeText(bytes)} ${direction === "in" ? "came in" : "went out"} in ${Math.round(seconds)} s, ${sizeText(rate)}/s: ` +
    `above ${sizeText(bound)}/s, the bound by its last ${reports} reports (median ${sizeText(median)}/s).`;
  return { kind: "traffic", what: direction, verdict: "violation", evidence };
}

function sizeText(bytes: number): string {
  const [size, unit] = bytes >= 1e9 ? [bytes / 1e9, "GB"] : bytes >= 1e6 ? [bytes / 1e6, "MB"] : bytes >= 1e3 ? [bytes / 1e3, "kB"] : [bytes, "B"];
  return `${Number(size.toPrecision(3))} ${unit}`;
}
