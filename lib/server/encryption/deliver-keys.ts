import { randomBytes } from "node:crypto";
import { CompactEncrypt, importJWK } from "jose";
import { agreementKeySchema, type ContentKeyOffer, KEY_WRAP } from "@/lib/protocol/key-exchange";
import { topics } from "@/lib/protocol/topics";
import type { Database, Transaction } from "../database/client";
import { type Publisher, publishAll } from "../live/publisher";
import type { Secrets } from "../secrets";
import type { StepContext } from "../step";

interface Delivery {
  fleetId: string;
  deviceId: string;
  version: number;
  key: Uint8Array;
  publicKey: unknown;
  thumbprint: string;
}

/**
 * Sends each of these devices its newest content key, sealed to its own public key; makes the first one where the profile asks
 * for encryption. May be repeated: a device that has the key says so and takes no harm. A device that is away asks when it is back.
 */
export async function deliverContentKeys(ctx: StepContext & { secrets: Secrets }, publisher: Publisher, deviceIds: readonly string[]): Promise<void> {
  const deliveries: Delivery[] = [];
  for (const deviceId of new Set(deviceIds)) {
    const delivery = await ctx.database.prisma.$transaction((tx) => prepare(ctx, tx, deviceId));
    if (delivery) deliveries.push(delivery);
  }
  await publishAll(publisher, await Promise.all(deliveries.map(message)));
  await markAnnounced(ctx, deliveries);
}

async function prepare(
  { clock, secrets }: Pick<StepContext, "clock"> & { secrets: Secrets },
  tx: Transaction,
  deviceId: string,
): Promise<Delivery | undefined> {
  // Whoever makes a version of this device's key waits here for whoever makes another.
  await tx.$queryRaw`select 1 from device_key where device_id = ${deviceId} for update`;
  const pinned = await tx.deviceKey.findUnique({
    where: { deviceId },
    include: { device: { select: { lifecycle: true, profile: { select: { encryption: true } } } } },
  });
  if (pinned?.device.lifecycle !== "active") return undefined;
  let newest = await tx.contentKey.findFirst({ where: { deviceId }, orderBy: { version: "desc" } });
  if (!newest && pinned.device.profile.encryption !== "off")
    newest = await tx.contentKey.create({
      data: { deviceId, fleetId: pinned.fleetId, version: 1, keyWrapped: secrets.wrap(randomBytes(32)), createdAt: clock.now() },
    });
  if (!newest?.keyWrapped) return undefined;
  const { fleetId, publicJwk, thumbprint } = pinned;
  return { fleetId, deviceId, version: newest.version, key: secrets.unwrap(newest.keyWrapped), publicKey: publicJwk, thumbprint };
}

async function message({ fleetId, deviceId, version, key, publicKey, thumbprint }: Delivery): Promise<{ topic: string; payload: string }> {
  const offer: ContentKeyOffer = { device: deviceId, version, key: Buffer.from(key).toString("base64url") };
  const recipient = await importJWK(agreementKeySchema.parse(publicKey), KEY_WRAP.alg);
  const payload = await new CompactEncrypt(Buffer.from(JSON.stringify(offer))).setProtectedHeader({ ...KEY_WRAP, kid: thumbprint }).encrypt(recipient);
  return { topic: topics.down(fleetId, deviceId, "key"), payload };
}

async function markAnnounced({ database, clock }: { database: Pick<Database, "pool">; clock: StepContext["clock"] }, sent: readonly Delivery[]): Promise<void> {
  if (sent.length === 0) return;
  await database.pool.query(
    `update content_key k set announced_at = coalesce(announced_at, $3) from unnest($1::text[], $2::int[]) as s(device_id, version)
     where k.device_id = s.device_id and k.version = s.version`,
    [sent.map(({ deviceId }) => deviceId), sent.map(({ version }) => version), clock.now()],
  );
}
