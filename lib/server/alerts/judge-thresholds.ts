import type { PoolClient } from "pg";
import type { AlertInput } from "@/lib/domain/alerts/advance-alert";
import { thresholdText } from "@/lib/domain/alerts/alert-text";
import { type Condition, conditionHolds, evidenceLimitMs, evidenceTime } from "@/lib/domain/alerts/condition";
import { foldEpisodes } from "@/lib/domain/alerts/fold-episodes";
import { SILENCE_INTERVALS, SILENCE_MIN_SECONDS } from "@/lib/domain/presence/silence";
import { ALERT_COLUMNS, type AlertRecord, alertOf, type Judgement, RULE_WATCHES_DEVICE, TARGET_COLUMNS, type TargetRecord, target } from "./target";

/** Rows become visible a moment after their arrival time: each read begins so much earlier. Reading twice changes nothing. */
const OVERLAP_MS = 5_000;
/** When nothing has come for so long, nothing can still become visible. */
const IDLE_MS = 60_000;
/** After a longer pause not every measurement since is read, only the newest of each metric: rules judge the present. */
const CATCH_UP_MS = 300_000;
/** Measurements whose own time lies further back are not looked for; keeps the read to a few partitions. */
const REACH_BACK = "interval '2 days'";

const CURSOR = "alerts.measurement";

/** Judges what arrived since the last call, and rules that were changed since, and moves the cursor. Idle costs one index look-up. */
export async function judgeThresholds(client: PoolClient, now: Date): Promise<Judgement[]> {
  const cursor = await readCursor(client, now);
  const age = now.getTime() - cursor.getTime();
  const from = new Date(cursor.getTime() - (age > IDLE_MS ? 0 : OVERLAP_MS));
  const late = age > CATCH_UP_MS;
  const newest = await client.query<{ at: Date | null }>(
    `select max(received_at) as at from measurement where received_at > $1 and time > $1::timestamptz - ${REACH_BACK}`,
    [from],
  );
  const upTo = newest.rows[0]?.at ?? null;
  const samples = [
    ...(upTo && !late ? await readSamples(client, ARRIVED, [from, upTo]) : []),
    ...(await readSamples(client, LATEST, [late ? new Date(0) : from, now])),
  ];
  const judged = await judge(client, samples, now);
  const next = upTo ?? (late ? now : cursor);
  if (next > cursor) await client.query("update worker_cursor set at = $1 where name = $2", [next, CURSOR]);
  return judged;
}

async function readCursor(client: PoolClient, now: Date): Promise<Date> {
  await client.query("insert into worker_cursor (name, at) values ($1, $2) on conflict do nothing", [CURSOR, now]);
  const { rows } = await client.query<{ at: Date }>("select at from worker_cursor where name = $1", [CURSOR]);
  return rows[0]?.at ?? now;
}

interface SampleRecord extends TargetRecord {
  metric: string;
  comparison: Condition["comparison"];
  threshold: number;
  reporting_interval_seconds: number;
  time: Date;
  received_at: Date;
  value: number;
}

/**
 * What arrived in the window. A measurement that came late (sent again after an outage) is history and not judged, unless it is
 * the newest that the device has: then its clock is wrong.
 */
const ARRIVED = `
  from measurement m
  join alert_rule r on r.kind = 'threshold' and r.metric = m.metric
  join device d on d.id = m.device_id and ${RULE_WATCHES_DEVICE}
  join profile pr on pr.id = d.profile_id
  left join latest_measurement l on l.device_id = m.device_id and l.metric = m.metric
  left join site s on s.id = d.site_id
  where m.received_at > $1 and m.received_at <= $2 and m.time > $1::timestamptz - ${REACH_BACK}
    and (m.received_at - m.time <= make_interval(secs => greatest(pr.reporting_interval_seconds * ${SILENCE_INTERVALS}, ${SILENCE_MIN_SECONDS})) or m.time >= l.time)`;

/** The newest value of each metric, while it speaks for the present ($2), for rules made or changed since ($1). */
const LATEST = `
  from (select *, least(time, $2::timestamptz) as received_at from latest_measurement) m
  join alert_rule r on r.kind = 'threshold' and r.metric = m.metric and r.updated_at > $1
  join device d on d.id = m.device_id and ${RULE_WATCHES_DEVICE}
  join profile pr on pr.id = d.profile_id
  left join site s on s.id = d.site_id
  where m.time > $2::timestamptz - make_interval(secs => greatest(pr.reporting_interval_seconds * ${SILENCE_INTERVALS}, ${SILENCE_MIN_SECONDS}))`;

/** Only of devices where the condition held at least once, or that have an open alert: usually a handful. */
async function readSamples(client: PoolClient, source: string, values: [Date, Date]): Promise<SampleRecord[]> {
  const { rows } = await client.query<SampleRecord>(
    `select * from (
       select ${TARGET_COLUMNS}, r.metric, r.comparison, r.threshold, pr.reporting_interval_seconds, m.time, m.received_at, m.value,
         bool_or(case r.comparison when 'above' then m.value > r.threshold else m.value < r.threshold end) over (partition by r.id, d.id) as held
       ${source}
     ) seen
     where held or exists (select 1 from alert a where a.rule_id = seen.rule_id and a.device_id = seen.device_id and a.state <> 'resolved')`,
    values,
  );
  return rows;
}

async function judge(client: PoolClient, samples: readonly SampleRecord[], now: Date): Promise<Judgement[]> {
  const groups = new Map<string, SampleRecord[]>();
  for (const sample of samples) {
    const key = `${sample.rule_id} ${sample.device_id}`;
    const group = groups.get(key);
    if (group) group.push(sample);
    else groups.set(key, [sample]);
  }
  const newest = await newestAlerts(
    client,
    [...groups.values()].flatMap((group) => group.slice(0, 1)),
  );
  return [...groups].flatMap(([key, group]) => {
    const [first] = group;
    if (!first) return [];
    const known = newest.get(key);
    const inputs = group.map((sample) => inputOf(sample)).sort((a, b) => a.at.getTime() - b.at.getTime());
    const episodes = foldEpisodes(known ? alertOf(known) : null, inputs, { holdSeconds: first.hold_seconds, now });
    if (episodes.length === 0) return [];
    const changesKnown = known && episodes[0]?.before ? known : null;
    return [{ target: target(first), known: changesKnown, episodes, detail: (alert) => thresholdText(first.metric, first, alert.value) }];
  });
}

function inputOf(sample: SampleRecord): AlertInput & { at: Date } {
  const at = evidenceTime(sample.time, sample.received_at, evidenceLimitMs(sample.reporting_interval_seconds));
  return { kind: conditionHolds(sample, sample.value) ? "holds" : "over", at, value: sample.value };
}

/** The newest alert of each target, resolved ones too: its end tells which measurements were judged already. */
async function newestAlerts(client: PoolClient, pairs: readonly { rule_id: string; device_id: string }[]): Promise<Map<string, AlertRecord>> {
  if (pairs.length === 0) return new Map();
  const { rows } = await client.query<AlertRecord>(
    `select distinct on (a.rule_id, a.device_id) ${ALERT_COLUMNS}
     from alert a join unnest($1::text[], $2::text[]) as t(rule_id, device_id) on t.rule_id = a.rule_id and t.device_id = a.device_id
     order by a.rule_id, a.device_id, (a.state <> 'resolved') desc, a.resolved_at desc`,
    [pairs.map(({ rule_id }) => rule_id), pairs.map(({ device_id }) => device_id)],
  );
  return new Map(rows.map((record) => [`${record.rule_id} ${record.device_id}`, record]));
}
