import type { PoolClient } from "pg";
import { postureText } from "@/lib/domain/alerts/alert-text";
import { foldEpisodes } from "@/lib/domain/alerts/fold-episodes";
import { type Judgement, RULE_WATCHES_DEVICE, TARGET_COLUMNS, type TargetRecord, target } from "./target";

type PostureRecord = TargetRecord & { since: Date; evidence: string[] };

/** Devices whose newest report shows a violation, and that have no open alert of that rule. It ends with the report that shows none: judgeOpen. */
export async function judgePosture(client: PoolClient, now: Date, limit: number): Promise<Judgement[]> {
  const { rows } = await client.query<PostureRecord>(
    `select ${TARGET_COLUMNS}, v.since, v.evidence
     from alert_rule r
     join (select fleet_id, device_id, min(since) as since, array_agg(evidence order by since, id) as evidence
           from posture_finding where ended_at is null and verdict = 'violation' group by fleet_id, device_id) v on v.fleet_id = r.fleet_id
     join device d on d.id = v.device_id and ${RULE_WATCHES_DEVICE}
     left join site s on s.id = d.site_id
     where r.kind = 'posture' and not exists (select 1 from alert a where a.rule_id = r.id and a.device_id = d.id and a.state <> 'resolved')
     limit $1`,
    [limit],
  );
  return rows.map((record) => {
    const options = { holdSeconds: record.hold_seconds, now };
    const episodes = foldEpisodes(
      null,
      [
        { kind: "holds", at: record.since, value: null },
        { kind: "time", staleBefore: undefined },
      ],
      options,
    );
    const withoutEvidence = episodes.map(({ before, after }) => ({ before, after: { ...after, evidenceAt: null } }));
    return { target: target(record), known: null, episodes: withoutEvidence, detail: () => postureText(record.evidence) };
  });
}
