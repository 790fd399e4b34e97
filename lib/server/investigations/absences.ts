import type { InvestigationView, InvestigationViewName } from "@/lib/domain/investigations/investigation-view";
import type { LikelyCause } from "@/lib/domain/investigations/likely-cause";
import type { PresenceCause } from "@/lib/protocol/presence";

/**
 * Every device of a fleet that is offline now, with its likely cause and what people do about it. $1: fleet, $2: now. A thief
 * stands for itself, also in an outage; what an open outage explains is told as that.
 */
export const ABSENCES = `select p.device_id, d.name, s.name as site, p.since, p.cause as how,
    case when v.suspected then 'tampering' when o.id is not null then 'outage' else coalesce(v.likely, 'pending') end as cause,
    case when v.suspected then null else o.id end as outage_id,
    i.id as investigation_id, i.assignee_id, u.name as assignee_name, i.snoozed_until, i.closed_at, i.closed_by, i.closed_reason,
    case when i.closed_at is not null then 'closed' when i.snoozed_until > $2 then 'snoozed' else 'open' end as view
  from presence p
  join device d on d.id = p.device_id and d.lifecycle in ('active', 'pending')
  left join site s on s.id = d.site_id
  left join tamper_verdict v on v.device_id = p.device_id and v.since = p.since
  left join (outage_device m join outage o on o.id = m.outage_id and o.closed_at is null) on m.device_id = p.device_id and m.lost_at = p.since
  left join investigation i on i.device_id = p.device_id and i.since = p.since
  left join "user" u on u.id = i.assignee_id
  where p.fleet_id = $1 and p.state = 'offline'`;

export interface AbsenceRow {
  device_id: string;
  name: string;
  site: string | null;
  since: Date;
  how: PresenceCause;
  cause: LikelyCause;
  outage_id: string | null;
  investigation_id: string | null;
  assignee_id: string | null;
  assignee_name: string | null;
  snoozed_until: Date | null;
  closed_at: Date | null;
  closed_by: string | null;
  closed_reason: string | null;
  view: InvestigationViewName;
}

/** Of an absence row `x`: how many notes it has, and the newest. */
export const NOTES = `(select count(*)::int from investigation_note n where n.investigation_id = x.investigation_id) as notes,
  (select text from investigation_note n where n.investigation_id = x.investigation_id order by n.id desc limit 1) as last_note`;

export function absenceView(row: AbsenceRow & { notes: number; last_note: string | null }): InvestigationView {
  return {
    device: { id: row.device_id, name: row.name, site: row.site },
    since: row.since.toISOString(),
    how: row.how,
    cause: row.cause,
    outageId: row.outage_id,
    view: row.view,
    assignee: row.assignee_id === null ? null : { id: row.assignee_id, name: row.assignee_name ?? "" },
    snoozedUntil: row.snoozed_until?.toISOString() ?? null,
    closedAt: row.closed_at?.toISOString() ?? null,
    closedBy: row.closed_by,
    closedReason: row.closed_reason,
    notes: row.notes,
    lastNote: row.last_note,
  };
}
