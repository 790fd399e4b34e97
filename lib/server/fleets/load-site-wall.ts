import { ATTENTION_ORDER } from "@/lib/domain/devices/attention";
import type { Overview } from "@/lib/domain/fleets/overview-view";
import { PRESENCE_STATES, type PresenceState } from "@/lib/protocol/presence";
import type { Database } from "@/lib/server/database/client";

const CELLS_PER_SITE = 400;
const WELL: readonly PresenceState[] = ["online", "sleeping", "never_seen"];

interface Row {
  site_id: string | null;
  site_name: string | null;
  counts: Partial<Record<PresenceState, number>>;
  cells: Overview["sites"][number]["cells"];
}

/** Sites with their devices as cells, worst first; the site with most devices in trouble stands first, then by name. */
export async function loadSiteWall({ pool }: Pick<Database, "pool">, fleetId: string): Promise<Overview["sites"]> {
  const { rows } = await pool.query<Row>(
    `with placed as (
       select d.id, d.name, d.site_id, p.state,
              row_number() over (partition by d.site_id order by array_position($2::text[], p.state::text), d.name, d.id) as place
         from device d join presence p on p.device_id = d.id
        where d.fleet_id = $1 and d.lifecycle <> 'retired'
     ), counted as (
       select site_id, json_object_agg(state, count) as counts from (select site_id, state, count(*)::int as count from placed group by site_id, state) c group by site_id
     ), drawn as (
       select site_id, json_agg(json_build_object('id', id, 'name', name, 'state', state) order by place) as cells from placed where place <= $3 group by site_id
     )
     select c.site_id, s.name as site_name, c.counts, w.cells
       from counted c join drawn w on w.site_id is not distinct from c.site_id left join site s on s.id = c.site_id`,
    [fleetId, ATTENTION_ORDER, CELLS_PER_SITE],
  );
  const sites = rows.map(({ site_id, site_name, counts, cells }) => {
    const full = Object.fromEntries(PRESENCE_STATES.map((state) => [state, counts[state] ?? 0])) as Record<PresenceState, number>;
    return { id: site_id, name: site_name ?? "No site", devices: PRESENCE_STATES.reduce<number>((sum, state) => sum + full[state], 0), counts: full, cells };
  });
  const trouble = (site: (typeof sites)[number]) => site.devices - WELL.reduce((sum, state) => sum + site.counts[state], 0);
  return sites.sort(
    (a, b) => trouble(b) - trouble(a) || Number(a.id === null) - Number(b.id === null) || a.name.localeCompare(b.name, "en", { numeric: true }),
  );
}
