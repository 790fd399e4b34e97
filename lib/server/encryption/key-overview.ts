import { z } from "zod";
import type { KeyOverview } from "@/lib/domain/encryption/key-view";
import { ENVELOPE_REFUSALS } from "@/lib/protocol/envelope/envelope";
import { readVerb } from "../verb";

/** A device counts as current when its newest version is the one that is active, that is: seen on the wire. */
const DEVICES = `
  select count(*)::int as devices,
         count(*) filter (where k.state = 'active')::int as current,
         count(*) filter (where k.state <> 'active')::int as behind,
         count(*) filter (where k.state is null)::int as "withoutKey",
         count(*) filter (where a.offered_thumbprint is not null)::int as offered
  from device d join profile p on p.id = d.profile_id
  left join device_key a on a.device_id = d.id
  left join lateral (select state from content_key where device_id = d.id order by version desc limit 1) k on true
  where d.fleet_id = $1 and d.lifecycle <> 'retired' and (p.encryption <> 'off' or k.state is not null)`;
const REFUSED = `
  select coalesce(sum(count) filter (where reason = 'plaintext_not_allowed'), 0)::int as "leaksLastHour",
         coalesce(sum(count) filter (where reason <> 'plaintext_not_allowed'), 0)::int as "refusedLastHour"
  from rejected_message where fleet_id = $1 and last_at > $2 and reason = any($3)`;
const HOUR_MS = 3_600_000;

/** How the fleet encrypts, in numbers. */
export const getKeyOverview = readVerb({
  permission: "keys:read",
  input: z.object({}),
  async run(ctx): Promise<KeyOverview> {
    const since = new Date(ctx.clock.now().getTime() - HOUR_MS);
    const reasons = [
      "plaintext_not_allowed",
      "public_key_changed",
      ...ENVELOPE_REFUSALS.filter((reason) => reason !== "wrong_device" && reason !== "too_large"),
    ];
    const [devices, refused] = await Promise.all([
      ctx.database.pool.query<Omit<KeyOverview, "leaksLastHour" | "refusedLastHour">>(DEVICES, [ctx.fleetId]),
      ctx.database.pool.query<Pick<KeyOverview, "leaksLastHour" | "refusedLastHour">>(REFUSED, [ctx.fleetId, since, reasons]),
    ]);
    const none = { devices: 0, current: 0, behind: 0, withoutKey: 0, offered: 0, leaksLastHour: 0, refusedLastHour: 0 };
    return { ...none, ...devices.rows[0], ...refused.rows[0] };
  },
});
