import { z } from "zod";
import type { RotationView } from "@/lib/domain/encryption/rotation-view";
import { decodeCursor, encodeCursor } from "@/lib/server/database/cursor";
import { type Page, readVerb } from "../verb";
import { OUTCOME_COUNTS, rotationDevicesSql } from "./rotation-devices";

interface Row extends Omit<RotationView, "startedAt" | "stateSince" | "target"> {
  startedAt: Date;
  stateSince: Date;
  target: { deviceId?: string; query?: string; rule?: string };
  name: string | null;
}

const ROTATION_COLUMNS = `
  r.id, r.target, d.name, r.reason, r.trigger, r.started_at as "startedAt", r.started_by as "startedBy", r.state, r.state_since as "stateSince",
  r.state_by as "stateBy", r.state_why as "stateWhy", r.wave, r.wave_count as "waveCount", r.overlap_seconds as "overlapSeconds"`;

const LIST = `
  select ${ROTATION_COLUMNS}, c.*
  from key_rotation r
  left join device d on d.id = r.target->>'deviceId' and d.fleet_id = r.fleet_id
  left join lateral (select ${OUTCOME_COUNTS} from (${rotationDevicesSql("$5")} where rd.rotation_id = r.id) x) c on true
  where r.fleet_id = $1 and ($2::timestamptz is null or (r.started_at, r.id) < ($2, $3))
  order by r.started_at desc, r.id desc limit $4`;

/** Rotations, newest first, with how far each is: counted from the keys that were really seen. */
export const listRotations = readVerb({
  permission: "keys:read",
  input: z.object({ limit: z.coerce.number().int().min(1).max(100).default(20), cursor: z.string().max(500).optional() }),
  async run(ctx, { limit, cursor }): Promise<Page<RotationView>> {
    const [at = null, id = null] = cursor === undefined ? [] : decodeCursor(cursor, {}, [z.iso.datetime(), z.string().max(64)]);
    const [{ rows }, total] = await Promise.all([
      ctx.database.pool.query<Row>(LIST, [ctx.fleetId, at, id, limit + 1, ctx.clock.now()]),
      ctx.database.prisma.keyRotation.count({ where: { fleetId: ctx.fleetId } }),
    ]);
    const items = rows.slice(0, limit).map(rotationView);
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last ? encodeCursor({}, [last.startedAt, last.id]) : null, total };
  },
});

export function rotationView({ startedAt, stateSince, target, name, ...rest }: Row): RotationView {
  const words = target.query ?? target.rule ?? (target.deviceId === undefined ? "fleet" : (name ?? target.deviceId));
  return { ...rest, startedAt: startedAt.toISOString(), stateSince: stateSince.toISOString(), target: words };
}
