import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import type { SealedDeviceView, SealedMessageView } from "@/lib/domain/sealed/sealed-view";
import { agreementKeySchema } from "@/lib/protocol/key-exchange";
import { decodeCursor, encodeCursor } from "../database/cursor";
import { type Page, readVerb } from "../verb";

const limit = (most: number, usual: number) => z.coerce.number().int().min(1).max(most).default(usual);
const cursor = z.string().max(500).optional();

const DEVICES = `
  select d.id as "deviceId", d.name, a.public_jwk as "publicKey", k.version
  from device d join device_key a on a.device_id = d.id
  left join lateral (select version from content_key where device_id = d.id and announcement is not null
                     and state in ('next', 'active', 'grace') order by version desc limit 1) k on true
  where d.fleet_id = $1 and d.lifecycle = 'active' and d.id > $2 order by d.id limit $3`;

/** Active devices that have shown a public key, by id: what an admin's browser signs for. */
export const listSealedDevices = readVerb({
  permission: "keys:rotate",
  input: z.object({ limit: limit(500, 100), cursor }),
  async run({ database: { pool }, fleetId }, { limit, cursor }): Promise<Page<SealedDeviceView>> {
    const [after = ""] = cursor === undefined ? [] : decodeCursor(cursor, {}, [z.string().max(64)]);
    const [{ rows }, count] = await Promise.all([
      pool.query<SealedDeviceView>(DEVICES, [fleetId, after, limit + 1]),
      pool.query<{ total: number }>(
        "select count(*)::int as total from device d join device_key a on a.device_id = d.id where d.fleet_id = $1 and d.lifecycle = 'active'",
        [fleetId],
      ),
    ]);
    const items = rows.slice(0, limit).map((row) => ({ ...row, publicKey: agreementKeySchema.parse(row.publicKey) }));
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last ? encodeCursor({}, [last.deviceId]) : null, total: count.rows[0]?.total ?? 0 };
  },
});

const MESSAGES = `
  select version, seq, received_at as "receivedAt", payload from sealed_message
  where device_id = $1 and received_at > $2 and (received_at, version, seq) < ($3, $4, $5)
  order by received_at desc, version desc, seq desc limit $6`;

interface MessageRow {
  version: number;
  seq: string;
  receivedAt: Date;
  payload: Buffer;
}

/** What a device of a sealed fleet sent since then, newest first: ciphertext, for those who hold the key. */
export const listSealedMessages = readVerb({
  permission: "telemetry:read",
  input: z.object({ deviceId: z.string().max(64), since: z.iso.datetime(), limit: limit(1_000, 200), cursor }),
  async run({ database: { prisma, pool }, fleetId }, { deviceId, since, limit, cursor }): Promise<Page<SealedMessageView>> {
    if ((await prisma.device.count({ where: { id: deviceId, fleetId } })) === 0) throw notFound("device");
    const search = { deviceId, since };
    const [at, version, seq] =
      cursor === undefined
        ? ["infinity", 0, "0"]
        : decodeCursor(cursor, search, [z.iso.datetime(), z.number().int().min(1).max(999_999_999), z.string().regex(/^\d{1,16}$/)]);
    const [{ rows }, count] = await Promise.all([
      pool.query<MessageRow>(MESSAGES, [deviceId, since, at, version, seq, limit + 1]),
      pool.query<{ total: number }>("select count(*)::int as total from sealed_message where device_id = $1 and received_at > $2", [deviceId, since]),
    ]);
    const items = rows.slice(0, limit).map(({ payload, receivedAt, ...row }) => ({
      version: row.version,
      seq: Number(row.seq),
      receivedAt: receivedAt.toISOString(),
      payload: payload.toString("base64url"),
    }));
    const last = items.at(-1);
    const next = last && encodeCursor(search, [last.receivedAt, last.version, String(last.seq)]);
    return { items, nextCursor: rows.length > limit && next ? next : null, total: count.rows[0]?.total ?? 0 };
  },
});
