import { formatDuration } from "@/components/ui/time/format-time";
import type { AlertRuleView } from "@/lib/domain/alerts/alert-view";

/** A rule's condition in words: `pressure above 6.5 for 1 min`. */
export function ruleWords({ kind, metric, comparison, threshold, holdSeconds }: AlertRuleView): string {
  const hold = holdSeconds > 0 ? ` for ${formatDuration(holdSeconds * 1000)}` : ", at once";
  if (kind === "leak") return `a device sends in the open where its profile requires encryption${holdSeconds > 0 ? hold : ""}`;
  if (kind === "posture") return `a device listens or connects where its profile does not allow it, or its traffic jumps${holdSeconds > 0 ? hold : ""}`;
  return kind === "offline" ? `a device is offline${hold}` : `${metric} ${comparison} ${threshold?.toLocaleString("en", { maximumFractionDigits: 6 })}${hold}`;
}

interface Names {
  sites: ReadonlyMap<string, string>;
  profiles: ReadonlyMap<string, string>;
  devices: ReadonlyMap<string, string>;
}

/** Which devices it watches. */
export function ruleScope({ deviceId, siteId, profileId }: AlertRuleView, { sites, profiles, devices }: Names): string {
  const parts = [
    ...(deviceId ? [`device ${devices.get(deviceId) ?? deviceId}`] : []),
    ...(siteId ? [`site ${sites.get(siteId) ?? siteId}`] : []),
    ...(profileId ? [`profile ${profiles.get(profileId) ?? profileId}`] : []),
  ];
  return parts.length === 0 ? "every device" : parts.join(", ");
}
