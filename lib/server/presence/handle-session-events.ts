import { advancePresence, type PresenceInput } from "@/lib/domain/presence/advance-presence";
import { withLock } from "../database/with-lock";
import type { StepContext } from "../step";
import { loadPresence } from "./presence-row";
import { type PresenceChanges, writeChanges } from "./write-changes";

interface EventRecord {
  id: string;
  device_id: string;
  session_number: string;
  kind: string;
  reason: string | null;
  at: Date;
}

/**
 * Takes the oldest session events, advances presence by them and deletes them, all in one transaction. Answers how many
 * events were taken: as many as `limit` means that more may wait.
 */
export async function handleSessionEvents({ database, clock }: StepContext, limit = 2_000): Promise<number> {
  return withLock(database.pool, "presence", async (client) => {
    const { rows: events } = await client.query<EventRecord>("select id, device_id, session_number, kind, reason, at from session_event order by id limit $1", [
      limit,
    ]);
    if (events.length === 0) return 0;
    const presence = await loadPresence(client, [...new Set(events.map((event) => event.device_id))]);
    const changed = new Map<string, PresenceChanges>();
    for (const event of events) {
      const before = presence.get(event.device_id);
      if (!before) continue; // The device was removed meanwhile.
      const entry = changed.get(event.device_id) ?? { before, changes: [] };
      const current = entry.changes.at(-1) ?? before.presence;
      const next = advancePresence(current, inputOf(event));
      if (next !== current) entry.changes.push(next);
      changed.set(event.device_id, entry);
    }
    await writeChanges(client, [...changed.values()], clock.now());
    await client.query("delete from session_event where id = any($1::bigint[])", [events.map(({ id }) => id)]);
    return events.length;
  });
}

function inputOf({ kind, session_number, reason, at }: EventRecord): PresenceInput {
  const session = BigInt(session_number);
  return kind === "connected" ? { kind: "connected", session, at } : { kind: "disconnected", session, reason, at };
}
