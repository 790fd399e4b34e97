import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import type { OutageDeviceView } from "@/lib/domain/outages/outage-view";
import type { PresenceCause, PresenceState } from "@/lib/protocol/presence";
import { decodeCursor, encodeCursor } from "../database/cursor";
import { type Page, readVerb } from "../verb";
import { outageIdSchema } from "./get-outage";

interface Row {
  id: string;
  name: string;
  site: string | null;
  lost_at: Date;
  cause: PresenceCause;
  back_at: Date | null;
  state: PresenceState;
  rank: number;
}

/** The devices of an outage: those still away first, then by name. */
export const listOutageDevices = readVerb({
  permission: "devices:read",
  input: z.object({ outageId: outageIdSchema, limit: z.coerce.number().int().min(1).max(500).default(100), cursor: z.string().max(500).optional() }),
  async run({ database, fleetId }, { outageId, limit, cursor }): Promise<Page<OutageDeviceView>> {
    const [rank, name, id] = cursor === undefined ? [null, null, null] : decodeCursor(cursor, { outageId }, [z.number().int(), z.string(), z.string()]);
    const { prisma, pool } = database;
    const outage = await prisma.outage.findFirst({ where: { id: outageId, fleetId }, select: { id: true, _count: { select: { devices: true } } } });
    if (!outage) throw notFound("outage");
    const { rows } = await pool.query<Row>(
      `select * from (
         select d.id, d.name, s.name as site, m.lost_at, m.cause, m.back_at, p.state, (m.back_at is not null)::int as rank
         from outage_device m join device d on d.id = m.device_id and d.fleet_id = $2 join presence p on p.device_id = d.id left join site s on s.id = d.site_id
         where m.outage_id = $1
       ) x where $3::int is null or (rank, name, id) > ($3, $4, $5)
       order by rank, name, id limit $6`,
      [outageId, fleetId, rank, name, id, limit + 1],
    );
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      items: page.map(({ rank: _rank, lost_at, back_at, ...row }) => ({ ...row, lostAt: lost_at.toISOString(), backAt: back_at?.toISOString() ?? null })),
      nextCursor: rows.length > limit && last ? encodeCursor({ outageId }, [last.rank, last.name, last.id]) : null,
      total: outage._count.devices,
    };
  },
});
