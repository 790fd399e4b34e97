import type { PoolClient } from "pg";
import { SallyportError } from "@/lib/base/errors";
import { newId } from "@/lib/base/ids";
import type { Alert } from "@/lib/domain/alerts/advance-alert";
import { type AlertEvent, eventsOf } from "@/lib/domain/alerts/fold-episodes";
import type { Judgement, Target } from "./target";

/** One alert as it was written, with what people are told of it. */
export interface WrittenAlert {
  id: string;
  version: number;
  target: Target;
  alert: Alert;
  detail: string;
  acknowledged: boolean;
  events: AlertEvent[];
}

interface Row extends WrittenAlert {
  /** The version that must still be there; null for a new row. */
  expected: number | null;
}

/** Writes what was judged, set by set: known alerts on condition of their version (else `conflict`, the step is repeated), new ones. */
export async function writeJudgements(client: PoolClient, judgements: readonly Judgement[]): Promise<WrittenAlert[]> {
  const rows = judgements.flatMap(({ target, known, episodes, detail }) =>
    episodes.map((episode): Row => {
      const { after: alert } = episode;
      const about = { target, alert, events: eventsOf(episode) };
      if (episode.before && known)
        return { ...about, id: known.id, version: known.version + 1, expected: known.version, detail: known.detail, acknowledged: known.acknowledged };
      return { ...about, id: newId("alert"), version: 0, expected: null, detail: detail(alert), acknowledged: false };
    }),
  );
  // Ends before beginnings: at most one alert of a rule and device is open.
  await update(
    client,
    rows.filter(({ expected }) => expected !== null),
  );
  await insert(
    client,
    rows.filter(({ expected }) => expected === null),
  );
  return rows;
}

async function update(client: PoolClient, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  const { rowCount } = await client.query(
    `update alert a set state = c.state::"AlertState", fired_at = c.fired_at, resolved_at = c.resolved_at, evidence_at = c.evidence_at, value = c.value, version = c.version
     from unnest($1::text[], $2::int[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::float8[], $8::int[])
       as c(id, expected, state, fired_at, resolved_at, evidence_at, value, version)
     where a.id = c.id and a.version = c.expected`,
    [
      rows.map(({ id }) => id),
      rows.map(({ expected }) => expected),
      rows.map(({ alert }) => alert.state),
      rows.map(({ alert }) => alert.firedAt),
      rows.map(({ alert }) => alert.resolvedAt),
      rows.map(({ alert }) => alert.evidenceAt),
      rows.map(({ alert }) => alert.value),
      rows.map(({ version }) => version),
    ],
  );
  if (rowCount !== rows.length) throw new SallyportError("conflict", "An alert was changed by another writer meanwhile; the step is repeated.");
}

async function insert(client: PoolClient, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    `insert into alert (id, fleet_id, rule_id, device_id, state, pending_at, fired_at, resolved_at, evidence_at, value, detail)
     select id, fleet_id, rule_id, device_id, state::"AlertState", pending_at, fired_at, resolved_at, evidence_at, value, detail
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::timestamptz[], $9::timestamptz[], $10::float8[], $11::text[])
       as c(id, fleet_id, rule_id, device_id, state, pending_at, fired_at, resolved_at, evidence_at, value, detail)`,
    [
      rows.map(({ id }) => id),
      rows.map(({ target }) => target.fleetId),
      rows.map(({ target }) => target.ruleId),
      rows.map(({ target }) => target.deviceId),
      rows.map(({ alert }) => alert.state),
      rows.map(({ alert }) => alert.pendingAt),
      rows.map(({ alert }) => alert.firedAt),
      rows.map(({ alert }) => alert.resolvedAt),
      rows.map(({ alert }) => alert.evidenceAt),
      rows.map(({ alert }) => alert.value),
      rows.map(({ detail }) => detail),
    ],
  );
}
