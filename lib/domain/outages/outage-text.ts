import type { FactorKind } from "./factors";
import type { OutageView } from "./outage-view";

const PLACES: Record<FactorKind, (label: string) => string> = {
  site: (label) => label,
  gateway: (label) => `Behind gateway ${label}`,
  network: (label) => `Network ${label}`,
  provider: (label) => `Networks within ${label}`,
  node: (label) => `Broker node ${label}`,
  firmware: (label) => `Firmware ${label}`,
  profile: (label) => `Profile ${label}`,
  batch: (label) => `Token batch ${label}`,
  key: (label) => `Content key version ${label}`,
  fleet: () => "Whole fleet",
};

/** What devices have in common, as a person would say it. */
export function sharedText({ factor, label }: Pick<OutageView, "factor" | "label">): string {
  return PLACES[factor](label);
}

interface Told extends Pick<OutageView, "factor" | "label" | "devices" | "away" | "closedReason"> {}

/** The answer: what is away, or how it ended. */
export function outageTitle({ factor, label, devices, away, closedReason }: Told): string {
  const where = sharedText({ factor, label });
  const all = devices.toLocaleString("en");
  switch (closedReason) {
    case null:
      return away === devices ? `${where}: ${all} devices away` : `${where}: ${away.toLocaleString("en")} of ${all} devices away`;
    case "returned":
      return `${where}: ${all} devices were away`;
    case "left_behind":
      return `${where}: ${all} devices were away, some still are`;
    case "merged":
      return `${where}: part of a wider outage`;
    case "withdrawn":
      return `${where}: no outage after all`;
  }
}

/** The statistic in words: what was compared, and how likely coincidence would be. */
export function statisticText(factor: FactorKind, { lost, group, lostElsewhere, elsewhere, tests, log10Chance }: OutageView["statistic"]): string {
  const n = (value: number) => value.toLocaleString("en");
  if (factor === "fleet")
    return `${n(lost)} of ${n(group)} devices went away together, and nothing that we know of is shared by them alone. By themselves 2 of 100 would at most; ${chanceText(log10Chance)}`;
  const others = elsewhere === 0 ? "there are no others" : `of the ${n(elsewhere)} others ${lostElsewhere === 0 ? "none" : n(lostElsewhere)} did`;
  return `${n(lost)} of the ${n(group)} devices that share it went away together; ${others}. Looking at ${n(tests)} possible ${tests === 1 ? "factor" : "factors"}, ${chanceText(log10Chance)}`;
}

function chanceText(log10Chance: number): string {
  if (log10Chance > -6) return `coincidence would do this about once in ${Math.round(10 ** -log10Chance).toLocaleString("en")} times.`;
  return `coincidence would do this less than once in 10^${Math.floor(-log10Chance)} times.`;
}

/** What happened and when to the devices: "within 38 s". */
export function outageDetail({ sites, heldBack, alsoShared, factor }: Pick<OutageView, "sites" | "heldBack" | "alsoShared" | "factor">): string {
  const named = sites.flatMap(({ name, devices }) => (name === null ? [] : [`${name} (${devices.toLocaleString("en")})`]));
  const where =
    factor === "site" || named.length === 0 ? "" : `At ${named.slice(0, 3).join(", ")}${named.length > 3 ? ` and ${named.length - 3} more sites` : ""}. `;
  const also = alsoShared.length === 0 ? "" : `Also shared: ${alsoShared.map(sharedText).join(", ")}. `;
  const held = heldBack === 0 ? "" : `${heldBack.toLocaleString("en")} device ${heldBack === 1 ? "alert is" : "alerts are"} held back.`;
  return `${where}${also}${held}`.trim();
}
