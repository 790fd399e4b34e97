import type { PoolClient } from "pg";
import { leakText } from "@/lib/domain/alerts/alert-text";
import { foldEpisodes } from "@/lib/domain/alerts/fold-episodes";
import { type Judgement, RULE_WATCHES_DEVICE, TARGET_COLUMNS, type TargetRecord, target } from "./target";

type LeakRecord = TargetRecord & { at: Date; topic: string; count: number };

/** A leak that is older is no news. */
const NEWS_MINUTES = 60;

/**
 * Devices that sent in the open where their profile requires encryption, and have no open alert of a leak rule: what was refused
 * since the last one ended. Such an alert ends when no more came for a while: judgeOpen.
 */
export async function judgeLeaks(client: PoolClient, now: Date, limit: number): Promise<Judgement[]> {
  const { rows } = await client.query<LeakRecord>(
    `select ${TARGET_COLUMNS}, m.last_at as at, m.topic, m.count
     from alert_rule r
     join rejected_message m on m.fleet_id = r.fleet_id and m.reason = 'plaintext_not_allowed' and m.last_at > $2::timestamptz - make_interval(mins => ${NEWS_MINUTES})
     join device d on d.id = m.device_id and ${RULE_WATCHES_DEVICE}
     left join site s on s.id = d.site_id
     where r.kind = 'leak'
       and not exists (select 1 from rejected_message n where n.device_id = m.device_id and n.reason = m.reason and (n.last_at, n.id) > (m.last_at, m.id))
       and not exists (select 1 from alert a where a.rule_id = r.id and a.device_id = d.id and (a.state <> 'resolved' or a.resolved_at >= m.last_at))
     limit $1`,
    [limit, now],
  );
  return rows.map((record) => {
    const episodes = foldEpisodes(
      null,
      [
        { kind: "holds", at: record.at, value: null },
        { kind: "time", staleBefore: undefined },
      ],
      { holdSeconds: record.hold_seconds, now },
    );
    const withoutEvidence = episodes.map(({ before, after }) => ({ before, after: { ...after, evidenceAt: null } }));
    return { target: target(record), known: null, episodes: withoutEvidence, detail: () => leakText(record.topic, record.count) };
  });
}
