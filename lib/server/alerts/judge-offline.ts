import type { PoolClient } from "pg";
import { offlineText } from "@/lib/domain/alerts/alert-text";
import { foldEpisodes } from "@/lib/domain/alerts/fold-episodes";
import type { PresenceCause } from "@/lib/protocol/presence";
import { IN_OPEN_OUTAGE, mayBeOutage } from "./held-back";
import { type Judgement, RULE_WATCHES_DEVICE, TARGET_COLUMNS, type TargetRecord, target } from "./target";

/** `over_at`: when the outage that explained this absence was over. */
type OfflineRecord = TargetRecord & { since: Date; cause: PresenceCause; over_at: Date | null };

/**
 * Devices that are offline and have no open alert of an offline rule yet. `unknown` (a broker restart) and `never_seen` are not
 * offline. Nothing is raised for what an open outage explains; who stays away when it is over counts from then. How these alerts
 * fire and end is a matter of time and presence: judgeOpen.
 */
export async function judgeOffline(client: PoolClient, now: Date, limit: number): Promise<Judgement[]> {
  const { rows } = await client.query<OfflineRecord>(
    `select ${TARGET_COLUMNS}, p.since, p.cause, (select max(o.closed_at) from outage_device m join outage o on o.id = m.outage_id where m.device_id = d.id and m.lost_at = p.since) as over_at
     from alert_rule r
     join presence p on p.fleet_id = r.fleet_id and p.state = 'offline'
     join device d on d.id = p.device_id and ${RULE_WATCHES_DEVICE}
     left join site s on s.id = d.site_id
     where r.kind = 'offline'
       and not exists (select 1 from alert a where a.rule_id = r.id and a.device_id = d.id and a.state <> 'resolved')
       and not ${IN_OPEN_OUTAGE} and not ${mayBeOutage("$2")}
     limit $1`,
    [limit, now],
  );
  return rows.map((record) => {
    const options = { holdSeconds: record.hold_seconds, now };
    const episodes = foldEpisodes(
      null,
      [
        { kind: "holds", at: record.over_at ?? record.since, value: null },
        { kind: "time", staleBefore: undefined },
      ],
      options,
    );
    const withoutEvidence = episodes.map(({ before, after }) => ({ before, after: { ...after, evidenceAt: null } }));
    return { target: target(record), known: null, episodes: withoutEvidence, detail: () => offlineText(record.cause, record.over_at !== null) };
  });
}
