import type { LiveSummary } from "@/lib/protocol/live";
import { topics } from "@/lib/protocol/topics";
import { summarizeFleet } from "../fleets/summarize-fleet";
import type { OutboxHandler } from "../outbox/index";
import type { StepContext } from "../step";
import { aggregateEvents } from "./aggregate-events";
import { beginFeed, type Feed } from "./feed";
import { type FeedEvent, liveOutboxSchema } from "./feed-event";
import { type Publisher, publishAll } from "./publisher";

/** A page fetches its list again on any of them: more than this at once would only be noise. */
const ALERTS_AT_ONCE = 20;
/** After a longer pause consoles have fetched the list again: what happened meanwhile is no news. */
const LOST_AFTER_MS = 60_000;

export interface LivePublisher {
  /** To be called about once a second: summaries that changed, and what happened since. */
  tick(): Promise<void>;
  /** The outbox handler of `live.publish`. */
  handleOutbox: OutboxHandler;
  /** The broker has forgotten what was retained: the next tick publishes every summary. */
  forget(): void;
}

/**
 * What consoles see without asking the server. One per worker, used while that worker leads and is connected. `feed` has begun
 * before: what happens until the first tick is told, too.
 */
export function createLivePublisher(ctx: StepContext, publisher: Publisher, feed: Feed): LivePublisher {
  const published = new Map<string, string>();
  const waiting = new Map<string, FeedEvent[]>();
  let current = feed;
  let lastTick = ctx.clock.now();

  const add = (fleetId: string, events: readonly FeedEvent[]) => {
    const known = waiting.get(fleetId);
    if (known) known.push(...events);
    else waiting.set(fleetId, [...events]);
  };

  return {
    async tick() {
      const now = ctx.clock.now();
      if (now.getTime() - lastTick.getTime() > LOST_AFTER_MS) current = await beginFeed(ctx.database);
      for (const { fleetId, event } of await current()) add(fleetId, [event]);
      await publishEvents(publisher, waiting);
      await publishSummaries(ctx, publisher, published);
      lastTick = now;
    },
    async handleOutbox(rows) {
      for (const { fleetId, payload } of rows) {
        if (!fleetId) continue;
        const { alerts, events } = liveOutboxSchema.parse(payload);
        const shown = alerts.slice(-ALERTS_AT_ONCE);
        await publishAll(
          publisher,
          shown.map((alert) => ({ topic: topics.live(fleetId, "alerts"), payload: JSON.stringify(alert) })),
        );
        add(fleetId, events);
      }
    },
    forget() {
      published.clear();
    },
  };
}

async function publishEvents(publisher: Publisher, waiting: Map<string, FeedEvent[]>): Promise<void> {
  for (const [fleetId, events] of waiting) {
    waiting.delete(fleetId);
    const lines = aggregateEvents(events.sort((a, b) => (a.at < b.at ? -1 : 1)));
    await publishAll(
      publisher,
      lines.map((line) => ({ topic: topics.live(fleetId, "events"), payload: JSON.stringify(line) })),
    );
  }
}

/** Retained, so that a console that opens sees the figures at once. */
async function publishSummaries(ctx: StepContext, publisher: Publisher, published: Map<string, string>): Promise<void> {
  const { rows: fleets } = await ctx.database.pool.query<{ id: string }>("select id from fleet");
  for (const { id } of fleets) {
    const summary = await summarizeFleet(ctx.database, id, ctx.clock.now());
    const figures = figuresOf(summary);
    if (published.get(id) === figures) continue;
    await publisher.publish(topics.live(id, "summary"), JSON.stringify(summary), { retain: true });
    published.set(id, figures);
  }
}

function figuresOf({ at: _at, ...figures }: LiveSummary): string {
  return JSON.stringify(figures);
}
