import { windowBytes } from "@/lib/protocol/envelope/replay-window";
import type { Reading } from "@/lib/protocol/telemetry";
import { CHANNELS } from "../database/notify";
import { storableLine } from "../storable-text";
import type { Content, IncomingMessage, SealedWith } from "./ingest-message";

/** One message on its way into the store. */
export interface Pending {
  message: IncomingMessage;
  content: Content;
  done: (outcome: "stored" | "rejected") => void;
}

export type Row = unknown[];
const HOUR_MS = 3_600_000;
const SAMPLE_BYTES = 4_096;

/** Parameters of the statement below, in its order. */
export function batchValues(batch: readonly Pending[]): unknown[] {
  const rows = { measurement: [] as Row[], latest: new Map<string, LatestRow>(), posture: new Map<string, PostureRow>() };
  const rejected = new Map<string, RejectedRow>();
  const counts = new Map<string, { stored: number; rejected: number }>();
  for (const { message, content } of batch) {
    if (message.fleetId !== null) count(counts, message.fleetId, content.kind === "rejected");
    if (content.kind === "rejected") addRejected(rejected, message, content);
    else if (content.kind === "posture" && message.deviceId !== null) addPosture(rows.posture, message.deviceId, message.receivedAt, content);
    else if (content.kind === "telemetry" && message.deviceId !== null)
      for (const reading of content.readings) {
        rows.measurement.push([message.deviceId, reading.metric, reading.time, content.seq, reading.value]);
        addLatest(rows.latest, message.deviceId, reading);
      }
  }
  const latest = [...rows.latest.values()].map(({ deviceId, reading }) => [deviceId, reading.metric, reading.unit ?? null, reading.time, reading.value]);
  return [
    ...columns(rows.measurement, 5),
    ...columns(latest, 5),
    ...columns(
      [...rows.posture].map(([deviceId, { at, listenedAt, content }]) => [
        deviceId,
        new Date(at),
        content.listeningTcp,
        content.listeningUdp,
        content.report,
        content.inbound,
        listenedAt === undefined ? null : new Date(listenedAt),
      ]),
      7,
    ),
    ...columns([...rejected.values()].map(rejectedColumns), 12),
    ...columns(
      [...counts].map(([fleetId, { stored, rejected }]) => [fleetId, stored, rejected]),
      3,
    ),
  ];
}

/** What was seen of each content key in this batch; empty when nothing in it was sealed. */
export function keyUses(batch: readonly Pending[]): Row[] {
  const uses = new Map<string, { deviceId: string; count: number; at: number; sealed: SealedWith }>();
  for (const { message, content } of batch) {
    if ((content.kind !== "telemetry" && content.kind !== "envelope") || !content.sealed || message.deviceId === null) continue;
    const name = `${message.deviceId} ${content.sealed.version}`;
    // In the order of arrival: the last window holds all before it.
    uses.set(name, { deviceId: message.deviceId, count: (uses.get(name)?.count ?? 0) + 1, at: message.receivedAt, sealed: content.sealed });
  }
  return [...uses.values()]
    .map(
      ({ deviceId, count, at, sealed }): Row => [deviceId, sealed.version, count, new Date(at), sealed.window.highest, Buffer.from(windowBytes(sealed.window))],
    )
    .sort((a, b) => (`${a[0]} ${a[1]}` < `${b[0]} ${b[1]}` ? -1 : 1));
}

/** Messages that stay sealed, as they came. */
export function envelopes(batch: readonly Pending[]): Row[] {
  return batch.flatMap(({ message, content }): Row[] =>
    content.kind === "envelope" && message.deviceId !== null
      ? [[message.deviceId, content.sealed.version, content.seq, message.payload, new Date(message.receivedAt)]]
      : [],
  );
}

/** Reports of device states, in the order in which they came: STATE_SQL. */
export function stateReports(batch: readonly Pending[]): Row[] {
  return batch.flatMap(({ message, content }): Row[] =>
    content.kind === "state" && message.deviceId !== null && message.fleetId !== null
      ? [[message.deviceId, message.fleetId, new Date(message.receivedAt), content.number, content.report]]
      : [],
  );
}

/** The worker folds them, and is told. */
export const STATE_SQL = `
with kept as (
  insert into device_state_message (device_id, fleet_id, received_at, number, report)
  select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::bigint[], $5::jsonb[]))
select pg_notify('${CHANNELS.outbox}', '')`;

type PostureContent = Extract<Content, { kind: "posture" }>;
interface PostureRow {
  at: number;
  /** Of the newest report with an inbound socket, in this batch. */
  listenedAt: number | undefined;
  content: PostureContent;
}

/** The newest report wins, but one before it that had something listening is not forgotten. */
function addPosture(reports: Map<string, PostureRow>, deviceId: string, at: number, content: PostureContent): void {
  const listenedAt = content.inbound ? at : reports.get(deviceId)?.listenedAt;
  reports.set(deviceId, { at, listenedAt, content });
}

interface LatestRow {
  deviceId: string;
  reading: Reading;
}

/** Within one batch the newest wins; of equal times the one that came last. */
function addLatest(latest: Map<string, LatestRow>, deviceId: string, reading: Reading): void {
  const key = `${deviceId} ${reading.metric}`;
  const known = latest.get(key);
  if (!known || known.reading.time <= reading.time) latest.set(key, { deviceId, reading });
}

function count(counts: Map<string, { stored: number; rejected: number }>, fleetId: string, isRejected: boolean): void {
  const known = counts.get(fleetId) ?? { stored: 0, rejected: 0 };
  if (isRejected) known.rejected++;
  else known.stored++;
  counts.set(fleetId, known);
}

interface RejectedRow {
  message: IncomingMessage;
  topic: string;
  reason: string;
  detail: string;
  hour: number;
  count: number;
  firstAt: number;
}

function addRejected(rows: Map<string, RejectedRow>, message: IncomingMessage, { reason, detail }: Extract<Content, { kind: "rejected" }>): void {
  const topic = storableLine(message.topic);
  const hour = Math.floor(message.receivedAt / HOUR_MS) * HOUR_MS;
  const key = [message.subject, topic, reason, hour].join("\n");
  const known = rows.get(key);
  rows.set(key, { message, topic, reason, detail, hour, count: (known?.count ?? 0) + 1, firstAt: known?.firstAt ?? message.receivedAt });
}

function rejectedColumns({ message, topic, reason, detail, hour, count, firstAt }: RejectedRow): Row {
  const { fleetId, subject, deviceId, payload, receivedAt } = message;
  const sample = payload.subarray(0, SAMPLE_BYTES);
  const dates = [new Date(hour), new Date(firstAt), new Date(receivedAt)];
  return [fleetId, subject, deviceId, topic, reason, dates[0], storableLine(detail), count, dates[1], dates[2], sample, payload.length];
}

export function columns(rows: readonly Row[], width: number): unknown[][] {
  return Array.from({ length: width }, (_, index) => rows.map((row) => row[index]));
}

/**
 * The whole batch in one statement, hence in one transaction and one round trip. What was stored before is left as it is: a
 * message that comes again is stored once.
 */
export const BATCH_SQL = batchSql("");

/** The same, with what was seen of content keys: counts and replay windows are as durable as the measurements. */
export const SEALED_BATCH_SQL = batchSql(`
used as (
  update content_key k set messages = k.messages + u.count, last_seen_at = greatest(k.last_seen_at, u.at),
    first_seen_at = coalesce(k.first_seen_at, u.at), replay_highest = u.highest, replay_seen = u.seen
  from unnest($33::text[], $34::int[], $35::int[], $36::timestamptz[], $37::bigint[], $38::bytea[]) as u(device_id, version, count, at, highest, seen)
  where k.device_id = u.device_id and k.version = u.version),
kept as (
  insert into sealed_message (device_id, version, seq, payload, received_at)
  select * from unnest($39::text[], $40::int[], $41::bigint[], $42::bytea[], $43::timestamptz[])
  on conflict do nothing),`);

function batchSql(more: string): string {
  return `
with ${more}
stored as (
  insert into measurement (device_id, metric, time, seq, value)
  select device_id, metric, to_timestamp(time / 1000), seq, value
  from unnest($1::text[], $2::text[], $3::float8[], $4::bigint[], $5::float8[]) as r(device_id, metric, time, seq, value)
  on conflict do nothing),
latest as (
  insert into latest_measurement as l (device_id, metric, unit, time, value)
  select device_id, metric, unit, to_timestamp(time / 1000), value
  from unnest($6::text[], $7::text[], $8::text[], $9::float8[], $10::float8[]) as r(device_id, metric, unit, time, value)
  order by device_id, metric
  on conflict (device_id, metric) do update set unit = excluded.unit, time = excluded.time, value = excluded.value
  where excluded.time >= l.time),
posture as (
  insert into posture_report as p (device_id, received_at, listening_tcp, listening_udp, report, inbound, listened_at, inbound_since)
  select u.*, u.at from unnest($11::text[], $12::timestamptz[], $13::int[], $14::int[], $15::jsonb[], $16::int[], $17::timestamptz[]) as u(device, at, tcp, udp, report, inbound, listened)
  on conflict (device_id) do update set received_at = excluded.received_at, listening_tcp = excluded.listening_tcp,
    listening_udp = excluded.listening_udp, report = excluded.report, inbound = excluded.inbound, previous_at = p.received_at,
    listened_at = coalesce(excluded.listened_at, p.listened_at),
    inbound_since = case when (p.inbound > 0) is not distinct from (excluded.inbound > 0) then p.inbound_since else excluded.received_at end
  where excluded.received_at >= p.received_at),
rejected as (
  insert into rejected_message as m (fleet_id, subject, device_id, topic, reason, hour, detail, count, first_at, last_at, sample, size_bytes)
  select * from unnest($18::text[], $19::text[], $20::text[], $21::text[], $22::text[], $23::timestamptz[], $24::text[], $25::int[],
                       $26::timestamptz[], $27::timestamptz[], $28::bytea[], $29::int[])
  on conflict (subject, topic, reason, hour) do update set count = m.count + excluded.count, last_at = greatest(m.last_at, excluded.last_at),
    detail = excluded.detail, sample = excluded.sample, size_bytes = excluded.size_bytes)
insert into message_count as c (fleet_id, minute, stored, rejected)
select fleet_id, date_trunc('minute', clock_timestamp()), stored, rejected
from unnest($30::text[], $31::int[], $32::int[]) as r(fleet_id, stored, rejected)
order by fleet_id
on conflict (fleet_id, minute) do update set stored = c.stored + excluded.stored, rejected = c.rejected + excluded.rejected`;
}
