import { z } from "zod";
import type { EncryptionPolicy } from "@/lib/domain/encryption/policy";
import { readVerb } from "@/lib/server/verb";

export interface DemoDevice {
  id: string;
  name: string;
  site: string | null;
  profile: string;
  profileId: string;
  encryption: EncryptionPolicy;
  /** Has any measurement, live or back-filled. */
  hasHistory: boolean;
  /** Ids of its tokens that are neither revoked nor about to expire. */
  tokenIds: string[];
}

/** Active devices of these names, in the order of the names, with what the simulator has to know about each. */
export const listDemoDevices = readVerb({
  permission: "devices:read",
  input: z.object({ names: z.array(z.string()).max(20_100), tokensUntil: z.date() }),
  async run({ database, fleetId }, { names, tokensUntil }): Promise<DemoDevice[]> {
    const { rows } = await database.pool.query<DemoDevice>(
      `select d.id, d.name, s.name as site, p.name as profile, p.id as "profileId", p.encryption,
              exists (select 1 from measurement m where m.device_id = d.id) as "hasHistory",
              array(select t.id from access_token t where t.device_id = d.id and t.revoked_at is null and t.expires_at > $3) as "tokenIds"
         from unnest($2::text[]) with ordinality as wanted(name, place)
         join device d on d.fleet_id = $1 and d.name = wanted.name and d.lifecycle = 'active'
         join profile p on p.id = d.profile_id
         left join site s on s.id = d.site_id
        order by wanted.place`,
      [fleetId, names, tokensUntil],
    );
    return rows;
  },
});
