import { outageDetail } from "@/lib/domain/outages/outage-text";
import type { OutageView } from "@/lib/domain/outages/outage-view";
import type { FeedEvent } from "../live/feed-event";

export type OutageEvent = "outage.opened" | "outage.closed";

/** The line that consoles are told; the overview's first list has the same. */
export function outageFeedEvent(event: OutageEvent, outage: OutageView): FeedEvent {
  const opened = event === "outage.opened";
  const detail = opened ? outageDetail(outage) : "";
  return {
    id: `${outage.id}-${opened ? "opened" : "closed"}`,
    at: (opened ? outage.openedAt : outage.closedAt) ?? outage.openedAt,
    kind: "outage",
    deviceId: null,
    deviceName: null,
    mark: opened ? "firing" : "resolved",
    text: opened ? `Outage: ${outage.title}.${detail ? ` ${detail}` : ""}` : `Outage over: ${outage.title}.`,
    group: opened ? "outages began" : "outages ended",
    site: null,
  };
}
