import { z } from "zod";
import type { Laggard } from "@/lib/domain/encryption/key-view";
import { whyBehind } from "@/lib/domain/encryption/why-behind";
import { decodeCursor, encodeCursor } from "@/lib/server/database/cursor";
import { type Page, readVerb } from "../verb";

interface Row {
  deviceId: string;
  name: string;
  state: string;
  since: Date;
  newest: number;
  used: number | null;
  lastSeenAt: Date | null;
  hasOffer: boolean;
  announced: boolean;
  received: boolean;
}

const FROM = `
  from content_key k
  join device d on d.id = k.device_id and d.lifecycle <> 'retired'
  join presence p on p.device_id = d.id
  left join device_key a on a.device_id = d.id
  left join lateral (select version, last_seen_at from content_key where device_id = d.id and last_seen_at is not null order by version desc limit 1) u on true
  where k.fleet_id = $1 and k.state = 'next' and k.first_seen_at is null
    and not exists (select 1 from content_key n where n.device_id = k.device_id and n.version > k.version)`;
const LIST = `
  select d.id as "deviceId", d.name, p.state, p.since, k.version as newest, u.version as used, u.last_seen_at as "lastSeenAt",
         a.offered_thumbprint is not null as "hasOffer", k.announced_at is not null as announced, k.received_at is not null as received
  ${FROM} and d.name > $2 order by d.name limit $3`;

/** Devices whose newest key was not seen on the wire yet, by name, with why. */
export const listLaggards = readVerb({
  permission: "keys:read",
  input: z.object({ limit: z.coerce.number().int().min(1).max(500).default(50), cursor: z.string().max(500).optional() }),
  async run(ctx, { limit, cursor }): Promise<Page<Laggard>> {
    const [after = ""] = cursor === undefined ? [] : decodeCursor(cursor, {}, [z.string().max(200)]);
    const [{ rows }, count] = await Promise.all([
      ctx.database.pool.query<Row>(LIST, [ctx.fleetId, after, limit + 1]),
      ctx.database.pool.query<{ total: number }>(`select count(*)::int as total ${FROM}`, [ctx.fleetId]),
    ]);
    const items = rows.slice(0, limit).map(({ since, lastSeenAt, hasOffer, announced, received, ...row }) => ({
      ...row,
      since: since.toISOString(),
      lastSeenAt: lastSeenAt?.toISOString() ?? null,
      why: whyBehind({ state: row.state, hasOffer, announced, received }),
    }));
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last ? encodeCursor({}, [last.name]) : null, total: count.rows[0]?.total ?? 0 };
  },
});
