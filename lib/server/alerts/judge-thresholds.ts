import type { PoolClient } from "pg";
import type { AlertInput } from "@/lib/domain/alerts/advance-alert";
import { thresholdText } from "@/lib/domain/alerts/alert-text";
import { conditionHolds, evidenceLimitMs, evidenceTime } from "@/lib/domain/alerts/condition";
import { foldEpisodes } from "@/lib/domain/alerts/fold-episodes";
import { readCursor, writeCursor } from "./cursor";
import { readArrived, readLatest, type SampleRecord } from "./read-samples";
import { ALERT_COLUMNS, type AlertRecord, alertOf, type Judgement, target } from "./target";

/** Rows become visible a moment after their arrival time: each read begins so much earlier. Reading twice changes nothing. */
const OVERLAP_MS = 5_000;
/** When nothing has come for so long, nothing can still become visible. */
const IDLE_MS = 60_000;
/** After a longer pause not every measurement since is read, only the newest of each metric: rules judge the present. */
const CATCH_UP_MS = 300_000;
/** New and changed rules are looked for so often; each is applied to the newest values then. */
const RULES_MS = 2_000;

/** Judges what arrived since the last call, and rules that were changed since, and moves the cursors. Without threshold rules it costs nothing. */
export async function judgeThresholds(client: PoolClient, now: Date): Promise<Judgement[]> {
  const { rows: rules } = await client.query("select 1 from alert_rule where kind = 'threshold' and enabled limit 1");
  const arrivals = await readCursor(client, "alerts.measurement", now);
  const changes = await readCursor(client, "alerts.rules", now);
  if (rules.length === 0) return [];
  const age = now.getTime() - arrivals.getTime();
  const late = age > CATCH_UP_MS;
  const read = late ? { upTo: null, samples: [] } : await readArrived(client, new Date(arrivals.getTime() - (age > IDLE_MS ? 0 : OVERLAP_MS)));
  const lookAtRules = late || now.getTime() - changes.getTime() >= RULES_MS;
  const latest = lookAtRules ? await readLatest(client, late ? new Date(0) : new Date(changes.getTime() - OVERLAP_MS), now) : [];
  const judged = await judge(client, [...read.samples, ...latest], now);
  const next = late ? now : read.upTo;
  if (next && next > arrivals) await writeCursor(client, "alerts.measurement", next);
  if (lookAtRules) await writeCursor(client, "alerts.rules", now);
  return judged;
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
