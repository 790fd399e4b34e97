import type { PoolClient } from "pg";
import type { Condition } from "@/lib/domain/alerts/condition";
import { EVIDENCE_INTERVAL, RULE_WATCHES_DEVICE, TARGET_COLUMNS, type TargetRecord } from "./target";

/** One measurement that one rule judges. */
export interface SampleRecord extends TargetRecord {
  metric: string;
  comparison: Condition["comparison"];
  threshold: number;
  reporting_interval_seconds: number;
  time: Date;
  received_at: Date;
  value: number;
}

const COLUMNS = `${TARGET_COLUMNS}, r.metric, r.comparison, r.threshold, pr.reporting_interval_seconds, m.time, m.received_at, m.value`;
const HOLDS = "case r.comparison when 'above' then m.value > r.threshold else m.value < r.threshold end";

/**
 * Two steps, so that a busy fleet costs little: which devices have a value over a threshold or an open alert (a handful), then
 * everything that arrived from those. A measurement that came late (sent again after an outage) is history and not judged,
 * unless it is the newest that the device has: then its clock is wrong. Older than two days by its own time, it is not looked
 * for: keeps the read to a few partitions.
 */
const ARRIVED = `
with arrived as materialized (
  select device_id, metric, time, received_at, value from measurement where received_at > $1 and time > $1::timestamptz - interval '2 days'
), hot as (
  select r.id as rule_id, m.device_id from arrived m join alert_rule r on r.kind = 'threshold' and r.enabled and r.metric = m.metric and ${HOLDS}
  union
  select a.rule_id, a.device_id from alert a join alert_rule r on r.id = a.rule_id and r.kind = 'threshold' where a.state <> 'resolved'
), sample as (
  select ${COLUMNS}
  from hot
  join alert_rule r on r.id = hot.rule_id
  join device d on d.id = hot.device_id and ${RULE_WATCHES_DEVICE}
  join profile pr on pr.id = d.profile_id
  join arrived m on m.device_id = d.id and m.metric = r.metric
  left join latest_measurement l on l.device_id = d.id and l.metric = r.metric
  left join site s on s.id = d.site_id
  where m.received_at - m.time <= ${EVIDENCE_INTERVAL} or m.time >= l.time
)
select newest.up_to, sample.* from (select max(received_at) as up_to from arrived) newest left join sample on true`;

/** What arrived after `from` and matters to a rule; `upTo` is the newest arrival of all, null when there was none. */
export async function readArrived(client: PoolClient, from: Date): Promise<{ upTo: Date | null; samples: SampleRecord[] }> {
  const { rows } = await client.query<SampleRecord & { up_to: Date | null }>(ARRIVED, [from]);
  return { upTo: rows[0]?.up_to ?? null, samples: rows.filter(({ rule_id }) => rule_id !== null) };
}

/** The newest value of each metric, while it speaks for the present, where a rule that was changed after `since` is broken by it. */
export async function readLatest(client: PoolClient, since: Date, now: Date): Promise<SampleRecord[]> {
  const { rows } = await client.query<SampleRecord>(
    `select ${COLUMNS}
     from alert_rule r
     join device d on ${RULE_WATCHES_DEVICE}
     join profile pr on pr.id = d.profile_id
     join (select *, least(time, $2::timestamptz) as received_at from latest_measurement) m on m.device_id = d.id and m.metric = r.metric
     left join site s on s.id = d.site_id
     where r.kind = 'threshold' and r.updated_at > $1 and m.time > $2::timestamptz - ${EVIDENCE_INTERVAL}
       and (${HOLDS} or exists (select 1 from alert a where a.rule_id = r.id and a.device_id = d.id and a.state <> 'resolved'))`,
    [since, now],
  );
  return rows;
}
