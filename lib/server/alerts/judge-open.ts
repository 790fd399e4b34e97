import type { PoolClient } from "pg";
import type { AlertInput } from "@/lib/domain/alerts/advance-alert";
import { evidenceLimitMs } from "@/lib/domain/alerts/condition";
import { foldEpisodes } from "@/lib/domain/alerts/fold-episodes";
import type { PresenceState } from "@/lib/protocol/presence";
import { IN_OPEN_OUTAGE } from "./held-back";
import { ALERT_COLUMNS, type AlertRecord, alertOf, EVIDENCE_INTERVAL, type Judgement, RULE_WATCHES_DEVICE, type TargetRecord, target } from "./target";

type OpenRecord = AlertRecord &
  TargetRecord & {
    watched: boolean;
    held: boolean;
    kind: "threshold" | "offline" | "leak" | "posture";
    leaked_at: Date | null;
    /** Its posture report does not show a violation any more. */
    clean: boolean;
    presence: PresenceState;
    presence_since: Date;
    reporting_interval_seconds: number;
  };

/** A device that leaked and was not seen to do so for as long does not leak any more. */
const LEAK_QUIET_MINUTES = 15;

/** Open alerts that time, presence or a changed rule moves: due, stale, back online, no leak or violation any more, no longer watched, explained by an outage. SQL finds them, the machine decides. */
export async function judgeOpen(client: PoolClient, now: Date, limit: number): Promise<Judgement[]> {
  const { rows } = await client.query<OpenRecord>(
    `select * from (
       select ${ALERT_COLUMNS}, r.fleet_id, r.name as rule_name, r.hold_seconds, d.name as device_name, s.name as site_name,
         ${RULE_WATCHES_DEVICE} as watched, (r.kind = 'offline' and a.state = 'pending' and ${IN_OPEN_OUTAGE}) as held, r.kind, l.leaked_at,
         r.kind = 'posture' and not exists (select 1 from posture_finding f where f.device_id = d.id and f.ended_at is null and f.verdict = 'violation') as clean,
         p.state as presence, p.since as presence_since, pr.reporting_interval_seconds,
         a.state = 'pending' and (a.pending_at + make_interval(secs => r.hold_seconds) <= $1 or a.evidence_at + ${EVIDENCE_INTERVAL} < $1) as due
       from alert a
       join alert_rule r on r.id = a.rule_id
       join device d on d.id = a.device_id
       join presence p on p.device_id = d.id
       join profile pr on pr.id = d.profile_id
       left join site s on s.id = d.site_id
       left join lateral (select max(last_at) as leaked_at from rejected_message where r.kind = 'leak' and device_id = d.id and reason = 'plaintext_not_allowed') l on true
       where a.state <> 'resolved'
     ) o
     where not watched or held
        or (kind = 'offline' and presence <> 'offline')
        or (kind = 'leak' and (leaked_at is null or leaked_at <= $1::timestamptz - make_interval(mins => ${LEAK_QUIET_MINUTES})))
        or clean or due
     limit $2`,
    [now, limit],
  );
  return rows.flatMap((record) => {
    const episodes = foldEpisodes(alertOf(record), [inputOf(record, now)], { holdSeconds: record.hold_seconds, now });
    return episodes.length === 0 ? [] : [{ target: target(record), known: record, episodes, detail: () => "" }];
  });
}

function inputOf(record: OpenRecord, now: Date): AlertInput {
  if (!record.watched || record.held) return { kind: "withdrawn" };
  if (record.kind === "leak") return isQuiet(record.leaked_at, now) ? { kind: "over", at: now, value: null } : { kind: "time", staleBefore: undefined };
  if (record.kind === "posture") return record.clean ? { kind: "over", at: now, value: null } : { kind: "time", staleBefore: undefined };
  if (record.kind === "threshold") return { kind: "time", staleBefore: new Date(now.getTime() - evidenceLimitMs(record.reporting_interval_seconds)) };
  return record.presence === "offline" ? { kind: "time", staleBefore: undefined } : { kind: "over", at: record.presence_since, value: null };
}

function isQuiet(leakedAt: Date | null, now: Date): boolean {
  return leakedAt === null || now.getTime() - leakedAt.getTime() >= LEAK_QUIET_MINUTES * 60_000;
}
