import type { LiveEvent } from "@/lib/protocol/live";
import type { FeedEvent } from "./feed-event";

/** More lines than this at once nobody reads: events alike are told in one line. */
export const LINES_AT_ONCE = 20;

/**
 * What consoles are told of the events of one fleet within one second: each by itself, or, when there are too many, those
 * alike of a site in one line ("41 devices went offline at Rotterdam Pump Hall 3."), or over all sites if need be.
 */
export function aggregateEvents(events: readonly FeedEvent[]): LiveEvent[] {
  if (events.length <= LINES_AT_ONCE) return events.map(single);
  const bySite = groupBy(events, ({ kind, mark, group, site }) => JSON.stringify([kind, mark, group, site]));
  if (bySite.length <= LINES_AT_ONCE) return bySite.map(line);
  return groupBy(events, ({ kind, mark, group }) => JSON.stringify([kind, mark, group]))
    .map(line)
    .slice(0, LINES_AT_ONCE);
}

function groupBy(events: readonly FeedEvent[], key: (event: FeedEvent) => string): FeedEvent[][] {
  const groups = new Map<string, FeedEvent[]>();
  for (const event of events) {
    const group = groups.get(key(event));
    if (group) group.push(event);
    else groups.set(key(event), [event]);
  }
  return [...groups.values()];
}

function line(group: readonly FeedEvent[]): LiveEvent {
  const [first] = group;
  const last = group.at(-1);
  if (!first || !last) throw new RangeError("an empty group");
  if (group.length === 1) return single(first);
  const devices = new Set(group.map(({ deviceId }) => deviceId).filter((id) => id !== null)).size;
  return {
    id: `${first.id}+${group.length}`,
    at: last.at,
    kind: first.kind,
    deviceId: null,
    deviceName: null,
    mark: first.mark,
    text: `${devices === 1 ? first.deviceName : devices > 0 ? `${devices} devices` : `${group.length} x`} ${first.group}${where(group)}.`,
  };
}

function where(group: readonly FeedEvent[]): string {
  const sites = [...new Set(group.map(({ site }) => site).filter((site) => site !== null))];
  if (sites.length === 0) return "";
  return sites.length === 1 && group.every(({ site }) => site !== null) ? ` at ${sites[0]}` : ` at ${sites.length} sites`;
}

function single({ group: _group, site: _site, ...event }: FeedEvent): LiveEvent {
  return event;
}
