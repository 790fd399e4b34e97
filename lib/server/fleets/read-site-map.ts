import { z } from "zod";
import type { SiteMap } from "@/lib/domain/fleets/site-map-view";
import { PRESENCE_STATES, type PresenceState } from "@/lib/protocol/presence";
import { readVerb } from "@/lib/server/verb";

interface Row {
  id: string;
  name: string;
  latitude: number | null;
  longitude: number | null;
  counts: Partial<Record<PresenceState, number>> | null;
}

/** Where the fleet's sites are, and how their devices are, by name. */
export const readSiteMap = readVerb({
  permission: "devices:read",
  input: z.object({}),
  async run({ database, fleetId, clock }): Promise<SiteMap> {
    const { rows } = await database.pool.query<Row>(
      `select s.id, s.name, s.latitude, s.longitude, c.counts from site s left join (
         select site_id, json_object_agg(state, count) as counts from (
           select d.site_id, p.state, count(*)::int as count from device d join presence p on p.device_id = d.id
           where d.fleet_id = $1 and d.lifecycle <> 'retired' group by d.site_id, p.state) one group by site_id
       ) c on c.site_id = s.id
       where s.fleet_id = $1 order by s.name`,
      [fleetId],
    );
    const sites = rows.map(({ counts, ...site }) => {
      const full = Object.fromEntries(PRESENCE_STATES.map((state) => [state, counts?.[state] ?? 0])) as Record<PresenceState, number>;
      return { ...site, devices: PRESENCE_STATES.reduce((sum, state) => sum + full[state], 0), counts: full };
    });
    return { at: clock.now().toISOString(), sites };
  },
});
