import type { LinkEvent } from "@/lib/domain/sessions/device-links";
import type { DisconnectReason } from "@/lib/protocol/presence";
import type { Database } from "../database/client";

export interface SessionOpening {
  number: number;
  fleetId: string | null;
  subjectKind: "device" | "console" | "service";
  subject: string;
  deviceId: string | null;
  tokenId: string;
  clientId: string;
  transport: string;
  address: string;
  keepAliveSeconds: number;
  /** Of the last will that its CONNECT carried. */
  willTopic: string | null;
  connectedAt: Date;
}

export interface SessionEnding {
  reason: DisconnectReason;
  at: Date;
}

export interface DeviceEvent extends LinkEvent {
  fleetId: string;
  deviceId: string;
  at: Date;
}

/** What happened to sessions since the last write. A session that opened and ended in between is one row. */
export class SessionBatch {
  readonly rows = new Map<number, { opening?: SessionOpening; ending?: SessionEnding }>();
  events: DeviceEvent[] = [];

  get empty(): boolean {
    return this.rows.size === 0 && this.events.length === 0;
  }

  opened(opening: SessionOpening): void {
    this.rows.set(opening.number, { opening });
  }

  ended(number: number, ending: SessionEnding): void {
    this.rows.set(number, { ...this.rows.get(number), ending });
  }

  /** Puts what could not be written in front of what came since. */
  restore(unwritten: SessionBatch): void {
    const since = [...this.rows];
    this.rows.clear();
    for (const [number, row] of [...unwritten.rows, ...since]) this.rows.set(number, { ...this.rows.get(number), ...row });
    this.events = [...unwritten.events, ...this.events];
  }

  /**
   * Bounded memory while the store is away: the oldest sessions that are over already go, and of each device's events the
   * last one stays, which is what presence needs. Answers how many sessions went.
   */
  shrink(most: number): number {
    let dropped = 0;
    for (const [number, { opening, ending }] of this.rows) {
      if (this.rows.size <= most) break;
      if (opening && ending && this.rows.delete(number)) dropped++;
    }
    if (this.events.length > most) {
      const last = new Map(this.events.map((event, index) => [event.deviceId, index]));
      this.events = this.events.filter((event, index) => last.get(event.deviceId) === index);
    }
    return dropped;
  }
}

const SQL = `
with opened as (
  insert into session (number, broker_run_id, fleet_id, subject_kind, subject, device_id, token_id, client_id, transport, address,
                       keep_alive_seconds, connected_at, disconnected_at, disconnect_reason, will_topic)
  select number, $1, fleet_id, subject_kind::"SubjectKind", subject, device_id, token_id, client_id, transport, address,
         keep_alive_seconds, connected_at, disconnected_at, disconnect_reason, will_topic
  from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
              $11::int[], $12::timestamptz[], $13::timestamptz[], $14::text[], $24::text[])
    as r(number, fleet_id, subject_kind, subject, device_id, token_id, client_id, transport, address, keep_alive_seconds,
         connected_at, disconnected_at, disconnect_reason, will_topic)
  on conflict (number) do nothing),
ended as (
  update session s set disconnected_at = r.at, disconnect_reason = r.reason
  from unnest($15::bigint[], $16::timestamptz[], $17::text[]) as r(number, at, reason)
  where s.number = r.number and s.disconnected_at is null),
-- In the order of ids, as a revocation of many locks them: neither waits for the other in a circle.
mine as (
  select id from access_token where id = any($7::text[]) order by id for no key update),
used as (
  update access_token t set last_used_at = greatest(t.last_used_at, r.at)
  from (select token_id, max(at) as at from unnest($7::text[], $12::timestamptz[]) as u(token_id, at) group by 1) r, mine
  where t.id = r.token_id and t.id = mine.id),
told as (
  insert into session_event (fleet_id, device_id, session_number, kind, reason, at)
  select fleet_id, device_id, session_number, kind, reason, at
  from unnest($18::text[], $19::text[], $20::bigint[], $21::text[], $22::text[], $23::timestamptz[])
    with ordinality as r(fleet_id, device_id, session_number, kind, reason, at, place)
  order by place)
select case when cardinality($18::text[]) > 0 then pg_notify('session_event', '') end`;

/** Writes a batch, all or nothing, in one statement; written twice it is written once (but for events, which presence takes twice). */
export async function writeSessions(pool: Pick<Database["pool"], "query">, run: number, batch: SessionBatch): Promise<void> {
  const opened = [...batch.rows.values()].flatMap(({ opening, ending }) => (opening ? [{ opening, ending }] : []));
  const ended = [...batch.rows].flatMap(([number, { opening, ending }]) => (!opening && ending ? [{ number, ending }] : []));
  const column = <K extends keyof SessionOpening>(name: K) => opened.map(({ opening }) => opening[name]);
  const { events } = batch;
  await pool.query({
    name: "write-sessions",
    text: SQL,
    values: [
      run,
      column("number"),
      column("fleetId"),
      column("subjectKind"),
      column("subject"),
      column("deviceId"),
      column("tokenId"),
      column("clientId"),
      column("transport"),
      column("address"),
      column("keepAliveSeconds"),
      column("connectedAt"),
      opened.map(({ ending }) => ending?.at ?? null),
      opened.map(({ ending }) => ending?.reason ?? null),
      ended.map(({ number }) => number),
      ended.map(({ ending }) => ending.at),
      ended.map(({ ending }) => ending.reason),
      events.map((event) => event.fleetId),
      events.map((event) => event.deviceId),
      events.map((event) => event.sessionNumber),
      events.map((event) => event.kind),
      events.map((event) => event.reason),
      events.map((event) => event.at),
      column("willTopic"),
    ],
  });
}
