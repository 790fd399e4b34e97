import type { PoolClient } from "pg";
import { CHANNELS } from "../database/notify";
import type { LiveOutbox } from "../live/feed-event";
import { type OutageEvent, outageFeedEvent } from "./outage-feed-event";
import { loadOutages } from "./outage-row";

export interface OutageNews {
  event: OutageEvent;
  fleetId: string;
  outageId: string;
}

/** Writes the outbox rows of a step: a line for consoles and a message for the channels, one each per outage. */
export async function announceOutages(client: PoolClient, news: readonly OutageNews[], now: Date): Promise<void> {
  if (news.length === 0) return;
  for (const { event, fleetId, outageId } of news) {
    const [outage] = await loadOutages(client, fleetId, [outageId]);
    if (!outage) continue;
    const live: LiveOutbox = { events: [outageFeedEvent(event, outage)] };
    await enqueue(client, fleetId, "live.publish", live, now);
    await enqueue(client, fleetId, "outage.notify", { event, outage }, now);
  }
  await client.query("select pg_notify($1, '')", [CHANNELS.outbox]);
}

async function enqueue(client: PoolClient, fleetId: string, kind: string, payload: object, now: Date): Promise<void> {
  await client.query("insert into outbox (fleet_id, kind, payload, available_at) values ($1, $2, $3, $4)", [fleetId, kind, payload, now]);
}
