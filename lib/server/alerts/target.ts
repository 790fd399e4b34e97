import type { Alert } from "@/lib/domain/alerts/advance-alert";
import type { Episode } from "@/lib/domain/alerts/fold-episodes";
import { SILENCE_INTERVALS, SILENCE_MIN_SECONDS } from "@/lib/domain/presence/silence";

/** One rule on one device, with the words that people are told. */
export interface Target {
  fleetId: string;
  ruleId: string;
  ruleName: string;
  holdSeconds: number;
  deviceId: string;
  deviceName: string;
  site: string | null;
}

/** What the machine made of one target. `known`: the row that the first episode changes; null when all are new. */
export interface Judgement {
  target: Target;
  known: Pick<AlertRecord, "id" | "version" | "acknowledged" | "detail"> | null;
  episodes: Episode[];
  /** One sentence about the condition, for alerts that begin now. */
  detail(alert: Alert): string;
}

export interface TargetRecord {
  fleet_id: string;
  rule_id: string;
  rule_name: string;
  hold_seconds: number;
  device_id: string;
  device_name: string;
  site_name: string | null;
}

/** Columns of a TargetRecord, of the tables `r` (alert_rule), `d` (device) and `s` (site). */
export const TARGET_COLUMNS = "r.fleet_id, r.id as rule_id, r.name as rule_name, r.hold_seconds, d.id as device_id, d.name as device_name, s.name as site_name";

/** Does rule `r` watch device `d`? Suspended and retired devices are watched by nobody. */
export const RULE_WATCHES_DEVICE = `(r.enabled and r.fleet_id = d.fleet_id and d.lifecycle in ('active', 'pending')
  and (r.device_id is null or r.device_id = d.id) and (r.site_id is null or r.site_id = d.site_id) and (r.profile_id is null or r.profile_id = d.profile_id))`;

/** How long a value of profile `pr` speaks for the present, as SQL; evidenceLimitMs is the same for one profile. */
export const EVIDENCE_INTERVAL = `make_interval(secs => greatest(pr.reporting_interval_seconds * ${SILENCE_INTERVALS}, ${SILENCE_MIN_SECONDS}))`;

export function target(record: TargetRecord): Target {
  return {
    fleetId: record.fleet_id,
    ruleId: record.rule_id,
    ruleName: record.rule_name,
    holdSeconds: record.hold_seconds,
    deviceId: record.device_id,
    deviceName: record.device_name,
    site: record.site_name,
  };
}

export interface AlertRecord {
  id: string;
  rule_id: string;
  device_id: string;
  state: Alert["state"];
  pending_at: Date;
  fired_at: Date | null;
  resolved_at: Date | null;
  evidence_at: Date | null;
  value: number | null;
  version: number;
  acknowledged: boolean;
  detail: string;
}

/** Columns of an AlertRecord, of a table named `a`. */
export const ALERT_COLUMNS =
  "a.id, a.rule_id, a.device_id, a.state, a.pending_at, a.fired_at, a.resolved_at, a.evidence_at, a.value, a.version, a.acknowledged_at is not null as acknowledged, a.detail";

export function alertOf(record: AlertRecord): Alert {
  return {
    state: record.state,
    pendingAt: record.pending_at,
    firedAt: record.fired_at,
    resolvedAt: record.resolved_at,
    evidenceAt: record.evidence_at,
    value: record.value,
  };
}
