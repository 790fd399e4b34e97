import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import { ROTATION_OUTCOMES, type RotationDeviceView } from "@/lib/domain/encryption/rotation-view";
import { whyBehind } from "@/lib/domain/encryption/why-behind";
import { decodeCursor, encodeCursor } from "@/lib/server/database/cursor";
import { type Page, readVerb } from "../verb";
import { rotationDevicesSql } from "./rotation-devices";

interface Row extends Omit<RotationDeviceView, "since" | "announcedAt" | "receivedAt" | "firstSeenAt" | "messages" | "why"> {
  since: Date;
  announcedAt: Date | null;
  receivedAt: Date | null;
  firstSeenAt: Date | null;
  messages: string | null;
  failure: "public_key_changed" | "refused" | "stuck" | null;
}

const FROM = `from (${rotationDevicesSql("$2")} where rd.rotation_id = $1) x where ($3::text[] is null or outcome = any($3))`;
const LIST = `
  select device_id as "deviceId", name, wave, version, state, since, outcome, announced_at as "announcedAt", received_at as "receivedAt",
         first_seen_at as "firstSeenAt", messages, failure
  ${FROM} and (wave, name) > ($4, $5) order by wave, name limit $6`;

const LAGGING = ["waiting", "announced", "received", "failed"] as const satisfies readonly RotationDeviceView["outcome"][];

/** Devices of a rotation by wave and name. `lagging`: those whose wave has begun and that do not use their key yet. */
export const listRotationDevices = readVerb({
  permission: "keys:read",
  input: z.object({
    rotationId: z.string().max(64),
    outcome: z.enum([...ROTATION_OUTCOMES, "lagging"]).optional(),
    limit: z.coerce.number().int().min(1).max(500).default(50),
    cursor: z.string().max(500).optional(),
  }),
  async run({ database, fleetId, clock }, { rotationId, outcome, limit, cursor }): Promise<Page<RotationDeviceView>> {
    if ((await database.prisma.keyRotation.count({ where: { id: rotationId, fleetId } })) === 0) throw notFound("rotation");
    const filter = { rotationId, outcome: outcome ?? "" };
    const [wave, name] = cursor === undefined ? [-1, ""] : decodeCursor(cursor, filter, [z.number().int(), z.string().max(200)]);
    const outcomes = outcome === undefined ? null : outcome === "lagging" ? LAGGING : [outcome];
    const common = [rotationId, clock.now(), outcomes];
    const [{ rows }, count] = await Promise.all([
      database.pool.query<Row>(LIST, [...common, wave, name, limit + 1]),
      database.pool.query<{ total: number }>(`select count(*)::int as total ${FROM}`, common),
    ]);
    const items = rows.slice(0, limit).map(view);
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last ? encodeCursor(filter, [last.wave, last.name]) : null, total: count.rows[0]?.total ?? 0 };
  },
});

function view({ since, announcedAt, receivedAt, firstSeenAt, messages, failure, ...row }: Row): RotationDeviceView {
  const lags = LAGGING.some((one) => one === row.outcome);
  const behind = () => whyBehind({ state: row.state, hasOffer: false, announced: announcedAt !== null, received: receivedAt !== null });
  return {
    ...row,
    since: since.toISOString(),
    announcedAt: announcedAt?.toISOString() ?? null,
    receivedAt: receivedAt?.toISOString() ?? null,
    firstSeenAt: firstSeenAt?.toISOString() ?? null,
    messages: Number(messages ?? 0),
    why: lags ? (failure ?? behind()) : null,
  };
}
