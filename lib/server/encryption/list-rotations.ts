import { z } from "zod";
import type { RotationView } from "@/lib/domain/encryption/key-view";
import { decodeCursor, encodeCursor } from "@/lib/server/database/cursor";
import { type Page, readVerb } from "../verb";

type Row = Omit<RotationView, "startedAt" | "target"> & { startedAt: Date; target: { deviceId?: string; query?: string }; name: string | null };

/** One device is counted once, by how far its key of this rotation came. */
const LIST = `
  select r.id, r.target, d.name, r.reason, r.started_at as "startedAt", r.started_by as "startedBy", r.overlap_seconds as "overlapSeconds",
         r.device_count as devices, c.*
  from key_rotation r
  left join device d on d.id = r.target->>'deviceId' and d.fleet_id = r.fleet_id
  left join lateral (
    select count(*) filter (where first_seen_at is not null)::int as "usedOnWire",
           count(*) filter (where first_seen_at is null and state <> 'next')::int as superseded,
           count(*) filter (where first_seen_at is null and state = 'next' and received_at is not null)::int as received,
           count(*) filter (where state = 'next' and received_at is null and first_seen_at is null and announced_at is not null)::int as announced,
           count(*) filter (where state = 'next' and received_at is null and first_seen_at is null and announced_at is null)::int as waiting
    from content_key where rotation_id = r.id) c on true
  where r.fleet_id = $1 and ($2::timestamptz is null or (r.started_at, r.id) < ($2, $3))
  order by r.started_at desc, r.id desc limit $4`;

/** Rotations, newest first, with how far each is: counted from the keys that were really seen. */
export const listRotations = readVerb({
  permission: "keys:read",
  input: z.object({ limit: z.coerce.number().int().min(1).max(100).default(20), cursor: z.string().max(500).optional() }),
  async run(ctx, { limit, cursor }): Promise<Page<RotationView>> {
    const [at = null, id = null] = cursor === undefined ? [] : decodeCursor(cursor, {}, [z.iso.datetime(), z.string().max(64)]);
    const [{ rows }, total] = await Promise.all([
      ctx.database.pool.query<Row>(LIST, [ctx.fleetId, at, id, limit + 1]),
      ctx.database.prisma.keyRotation.count({ where: { fleetId: ctx.fleetId } }),
    ]);
    const items = rows.slice(0, limit).map(({ startedAt, target, name, ...rest }) => ({
      ...rest,
      startedAt: startedAt.toISOString(),
      target: target.query ?? (target.deviceId === undefined ? "fleet" : (name ?? target.deviceId)),
    }));
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last ? encodeCursor({}, [last.startedAt, last.id]) : null, total };
  },
});
