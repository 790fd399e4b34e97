import { z } from "zod";
import { FACTOR_KINDS } from "@/lib/domain/outages/factors";
import { outageTitle } from "@/lib/domain/outages/outage-text";
import { type OutageView, outageSchema } from "@/lib/domain/outages/outage-view";
import { RULE_WATCHES_DEVICE } from "../alerts/target";
import type { Queryable } from "../database/queryable";

const rowSchema = outageSchema.omit({ title: true }).extend({ factor: z.enum(FACTOR_KINDS) });

const iso = (column: string) => `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Outages of this fleet by id, in the order of the ids. Unknown and foreign ids are left out. */
export async function loadOutages(client: Queryable, fleetId: string, ids: readonly string[]): Promise<OutageView[]> {
  if (ids.length === 0) return [];
  const { rows } = await client.query<Record<string, unknown>>(
    `select o.id, o.factor, o.value, o.label, ${iso("o.started_at")} as "startedAt", ${iso("o.opened_at")} as "openedAt", ${iso("o.closed_at")} as "closedAt",
       o.closed_reason as "closedReason", o.merged_into_id as "mergedIntoId", o.statistic, o.also_shared as "alsoShared",
       ${iso("o.acknowledged_at")} as "acknowledgedAt", o.acknowledged_by as "acknowledgedBy", o.comment, o.version,
       coalesce(m.devices, 0) as devices, coalesce(m.away, 0) as away, coalesce(h.held, 0) as "heldBack", coalesce(w.sites, '[]') as sites
     from unnest($2::text[]) with ordinality as wanted(id, place)
     join outage o on o.id = wanted.id and o.fleet_id = $1
     left join lateral (select count(*)::int as devices, count(*) filter (where back_at is null)::int as away from outage_device where outage_id = o.id) m on true
     left join lateral (
       select json_agg(json_build_object('name', x.name, 'devices', x.devices) order by x.devices desc, x.name) as sites from (
         select s.name, count(*)::int as devices from outage_device od join device d on d.id = od.device_id left join site s on s.id = d.site_id
         where od.outage_id = o.id group by s.name order by count(*) desc, s.name limit 20
       ) x
     ) w on true
     left join lateral (
       select count(*)::int as held from outage_device od join device d on d.id = od.device_id join alert_rule r on r.kind = 'offline' and ${RULE_WATCHES_DEVICE}
       where od.outage_id = o.id and od.back_at is null and o.closed_at is null
         and not exists (select 1 from alert a where a.rule_id = r.id and a.device_id = d.id and a.state <> 'resolved')
     ) h on true
     order by wanted.place`,
    [fleetId, ids],
  );
  return rows.map((row) => {
    const outage = rowSchema.parse(row);
    return { ...outage, title: outageTitle(outage) };
  });
}
