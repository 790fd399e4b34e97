import type { AlertView } from "@/lib/domain/alerts/alert-view";
import type { TamperVerdictView } from "@/lib/domain/diagnosis/tamper-view";
import type { Overview } from "@/lib/domain/fleets/overview-view";
import { outageDetail } from "@/lib/domain/outages/outage-text";
import type { OutageView } from "@/lib/domain/outages/outage-view";
import { PRESENCE_STATES, type PresenceState } from "@/lib/protocol/presence";

/** One thing that needs a person, whatever the number of devices behind it. */
export interface AttentionRow {
  key: string;
  severity: "critical" | "warning" | "info";
  /** What kind of thing it is, in a word or two. */
  kind: string;
  title: string;
  detail: string;
  /** Since when, ISO 8601; null when not known. */
  since: string | null;
  /** Names of those who acknowledged; undefined when something in it is not. */
  acknowledgedBy: string | undefined;
  href: string | undefined;
  action: string;
}

type Site = Pick<Overview["sites"][number], "id" | "name" | "devices" | "counts">;

const RANK = { critical: 0, warning: 1, info: 2 } as const;

interface Seen {
  alerts: readonly AlertView[];
  sites: readonly Site[];
  /** Open ones. */
  outages?: readonly OutageView[];
  tampered?: readonly TamperVerdictView[];
  health?: Overview["health"];
}

/**
 * What is wrong with the console itself, open outages, firing alerts grouped by rule and site, and sites of which at least half
 * is offline and neither an outage nor an alert speaks yet. Worst first.
 */
export function attentionRows({ alerts, sites, outages = [], tampered = [], health = [] }: Seen): AttentionRow[] {
  const firing = alerts.filter(({ state }) => state === "firing");
  const groups = new Map<string, AlertView[]>();
  for (const alert of firing) {
    const key = `${alert.rule.id}/${alert.device.site ?? ""}`;
    groups.set(key, [...(groups.get(key) ?? []), alert]);
  }
  const spoken = new Set(firing.filter(({ rule }) => rule.kind === "offline").map(({ device }) => device.site));
  for (const { name } of outages.flatMap((outage) => outage.sites)) spoken.add(name);
  const dark = sites.filter(({ name, devices, counts }) => counts.offline > 1 && counts.offline * 2 >= devices && !spoken.has(name));
  const broken = health.filter(({ ok }) => !ok).map(healthRow);
  return [
    ...broken,
    ...outages.map(outageRow),
    ...tampered.map(tamperRow),
    ...[...groups].map(([key, group]) => alertRow(key, group)),
    ...dark.map(siteRow),
  ].sort(
    (a, b) =>
      Number(a.acknowledgedBy !== undefined) - Number(b.acknowledgedBy !== undefined) ||
      RANK[a.severity] - RANK[b.severity] ||
      (a.since ?? "").localeCompare(b.since ?? ""),
  );
}

function tamperRow({ device, since, evidence }: TamperVerdictView): AttentionRow {
  return {
    key: `tamper/${device.id}`,
    severity: "critical",
    kind: "Tamper suspected",
    title: `${device.name}${device.site ? ` at ${device.site}` : ""}`,
    detail: evidence
      .filter(({ weight }) => weight > 0)
      .slice(0, 2)
      .map(({ text }) => text)
      .join(" "),
    since,
    acknowledgedBy: undefined,
    href: `/devices/${device.id}/why`,
    action: "See evidence",
  };
}

function outageRow(outage: OutageView): AttentionRow {
  return {
    key: `outage/${outage.id}`,
    severity: "critical",
    kind: "Outage",
    title: outage.title,
    detail: outageDetail(outage),
    since: outage.startedAt,
    acknowledgedBy: outage.acknowledgedBy ?? undefined,
    href: `/outages/${outage.id}`,
    action: "Open outage",
  };
}

const KIND_WORDS: Record<AlertView["rule"]["kind"], string> = { offline: "Offline", threshold: "Threshold", leak: "Leak", posture: "Posture" };

function alertRow(key: string, group: readonly AlertView[]): AttentionRow {
  const [first] = group;
  if (!first) throw new Error("a group without alerts");
  const { rule, device } = first;
  const single = group.length === 1;
  const names = group.map((alert) => alert.device.name).sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  return {
    key: `alert/${key}`,
    severity: rule.severity,
    kind: KIND_WORDS[rule.kind],
    title: single ? `${device.name}: ${rule.name}` : `${rule.name}: ${group.length} devices${device.site ? ` at ${device.site}` : ""}`,
    detail: single ? `${first.detail}${device.site ? ` At ${device.site}.` : ""}` : listed(names),
    since: group.map(({ firedAt, pendingAt }) => firedAt ?? pendingAt).sort()[0] ?? null,
    acknowledgedBy: group.every(({ acknowledgedAt }) => acknowledgedAt !== null)
      ? [...new Set(group.map(({ acknowledgedBy }) => acknowledgedBy ?? "somebody"))].join(", ")
      : undefined,
    href: single ? `/devices/${device.id}` : "/alerts",
    action: single ? "Open device" : "See alerts",
  };
}

const LOSSES = {
  database: "Nothing can be stored or shown until it answers again.",
  broker: "No device can connect; what is shown of them may be old.",
  worker: "Presence and alerts stand still; messages are stored all the same.",
} as const;

function healthRow({ part, detail }: Overview["health"][number]): AttentionRow {
  return {
    key: `health/${part}`,
    severity: "critical",
    kind: "Console",
    title: `The ${part} ${/^(is|does|cannot) /.test(detail) ? detail : `shows ${detail}`}`,
    detail: LOSSES[part],
    since: null,
    acknowledgedBy: undefined,
    href: undefined,
    action: "",
  };
}

function siteRow({ id, name, devices, counts }: Site): AttentionRow {
  return {
    key: `site/${id ?? ""}`,
    severity: counts.offline === devices ? "critical" : "warning",
    kind: "Site",
    title: `${name}: ${counts.offline} of ${devices} devices offline`,
    detail: counts.offline === devices ? "Nothing there is connected: power or uplink?" : "Half of the site or more is away.",
    since: null,
    acknowledgedBy: undefined,
    href: `/devices?state=offline${id === null ? "" : `&site=${id}`}`,
    action: "See devices",
  };
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 4).join(", ");
  return names.length > 4 ? `${shown} and ${names.length - 4} more.` : `${shown}.`;
}

/** The page's answer. Rows are counted, not devices: one outage is one thing. */
export function overviewAnswer(rows: readonly AttentionRow[], counts: Record<PresenceState, number>): string {
  const devices = PRESENCE_STATES.reduce((sum, state) => sum + counts[state], 0);
  const open = rows.filter(({ acknowledgedBy }) => acknowledgedBy === undefined).length;
  if (devices === 0) return "No devices yet";
  if (open > 0) return open === 1 ? "1 thing needs you" : `${open} things need you`;
  if (counts.online + counts.sleeping < devices) return rows.length > 0 ? "Nothing new needs you" : "Nothing needs you";
  return devices === 1 ? "The one device is well" : `All ${devices.toLocaleString("en")} devices are well`;
}

const TROUBLE: readonly (readonly [PresenceState, string])[] = [
  ["offline", "offline"],
  ["flapping", "flapping"],
  ["silent", "silent"],
  ["unknown", "unknown"],
  ["never_seen", "never seen"],
];

/** The line under the answer: what is not well, in numbers. */
export function overviewWhy(rows: readonly AttentionRow[], counts: Record<PresenceState, number>): string {
  const parts = TROUBLE.filter(([state]) => counts[state] > 0).map(([state, word]) => `${counts[state].toLocaleString("en")} ${word}`);
  if (parts.length === 0)
    return rows.length > 0 ? "Every device is connected and reporting." : "Every device is connected and reporting, and no alert is open.";
  const seen = rows.filter(({ acknowledgedBy }) => acknowledgedBy !== undefined).length;
  return `${parts.join(", ")}.${seen > 0 ? ` ${seen} acknowledged.` : ""}${rows.length === 0 ? " No rule asks for attention." : ""}`;
}
