import type { Database } from "../database/client";
import { changeFeedEvent, changeTail } from "./change-tail";
import type { FeedEvent } from "./feed-event";
import { presenceFeedEvent, presenceTail } from "./presence-tail";
import { rejectedFeedEvent, rejectedTail } from "./rejected-tail";
import type { Tail } from "./tail";

export interface FleetEvent {
  fleetId: string;
  event: FeedEvent;
}

/** What happened since the last call, of all fleets. */
export type Feed = () => Promise<FleetEvent[]>;

/** A feed of what happens from now on. */
export async function beginFeed(database: Pick<Database, "pool">): Promise<Feed> {
  const parts = [part(presenceTail(database), presenceFeedEvent), part(changeTail(database), changeFeedEvent), part(rejectedTail(database), rejectedFeedEvent)];
  const feed = async () => {
    const events: FleetEvent[] = [];
    for (const read of parts) events.push(...(await read()));
    return events;
  };
  await feed();
  return feed;
}

function part<T extends { fleet_id: string }>(tail: Tail<T>, event: (row: T) => FeedEvent): Feed {
  return async () => (await tail.next()).map((row) => ({ fleetId: row.fleet_id, event: event(row) }));
}
