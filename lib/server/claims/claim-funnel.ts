import type { ClaimFunnel } from "@/lib/domain/claims/claim-view";
import type { EnrolmentState } from "@/lib/domain/claims/enrolment";
import { isHealthy, STUCK_AT, type StuckAt, stuckAt } from "@/lib/domain/claims/funnel";
import { fingerprintOf } from "@/lib/protocol/claim";
import type { PresenceState } from "@/lib/protocol/presence";
import type { Database } from "../database/client";

interface Row {
  thumbprint: string;
  serial: string | null;
  device_id: string | null;
  name: string | null;
  state: EnrolmentState;
  updated_at: Date;
  presence: PresenceState | null;
  since: Date | null;
  reported: boolean;
}

const NAMED = 50;

/** How far the devices of a claim have come, and which are stuck, the longest first. `made` is how many its code is for. */
export async function claimFunnel({ pool }: Pick<Database, "pool">, claimId: string, { made, now }: { made: number; now: Date }): Promise<ClaimFunnel> {
  const { rows } = await pool.query<Row>(
    `select e.thumbprint, e.serial, e.device_id, coalesce(d.name, e.name) as name, e.state::text as state, e.updated_at, p.state::text as presence, p.since,
       exists (select 1 from latest_measurement m where m.device_id = e.device_id) or exists (select 1 from sealed_message m where m.device_id = e.device_id) as reported
     from enrolment e left join device d on d.id = e.device_id left join presence p on p.device_id = e.device_id
     where e.claim_id = $1 and (d.id is null or d.lifecycle in ('active', 'pending'))`,
    [claimId],
  );
  const devices = rows.map((row) => ({
    row,
    way: { state: row.state, since: row.updated_at, presence: row.presence, presenceSince: row.since, reported: row.reported },
  }));
  const stuck = devices.flatMap(({ row, way }) => {
    const step = stuckAt(way, now);
    return step ? [{ row, ...step }] : [];
  });
  const counts = Object.fromEntries(STUCK_AT.map((step) => [step, stuck.filter(({ at }) => at === step).length])) as Record<StuckAt, number>;
  return {
    made,
    seen: devices.filter(({ row }) => row.state !== "denied").length,
    configured: devices.filter(({ row }) => row.state === "stored").length,
    healthy: devices.filter(({ way }) => isHealthy(way)).length,
    stuck: counts,
    stuckDevices: stuck
      .toSorted((a, b) => a.since.getTime() - b.since.getTime())
      .slice(0, NAMED)
      .map(({ row, at, since }) => ({
        id: row.device_id,
        name: row.name ?? row.serial ?? fingerprintOf(row.thumbprint),
        serial: row.serial,
        at,
        since: since.toISOString(),
      })),
  };
}
