import { randomBytes } from "node:crypto";
import { CompactEncrypt, importJWK } from "jose";
import { OPENING_STATES } from "@/lib/domain/encryption/key-state";
import { agreementKeySchema, type ContentKeyOffer, KEY_WRAP } from "@/lib/protocol/key-exchange";
import { topics } from "@/lib/protocol/topics";
import type { ContentKeyModel } from "@/prisma/generated/models";
import type { Transaction } from "../database/client";
import { type Publisher, publishAll } from "../live/publisher";
import { isSealed } from "../sealed/custody";
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

/** Of a sealed fleet: as an admin's browser signed it. */
interface SignedDelivery {
  fleetId: string;
  deviceId: string;
  announcement: string;
}

/**
 * Sends each of these devices its newest content key, sealed to its own public key; makes the first one where the profile asks
 * for encryption. May be repeated: a device that has the key says so and takes no harm. A device that is away asks when it is back.
 */
export async function deliverContentKeys(ctx: StepContext & { secrets: Secrets }, publisher: Publisher, deviceIds: readonly string[]): Promise<void> {
  const deliveries: (Delivery | SignedDelivery)[] = [];
  for (const deviceId of new Set(deviceIds)) {
    const delivery = await ctx.database.prisma.$transaction((tx) => prepare(ctx, tx, deviceId));
    if (delivery) deliveries.push(delivery);
  }
  await publishAll(publisher, await Promise.all(deliveries.map(message)));
}

async function prepare(
  { clock, secrets }: Pick<StepContext, "clock"> & { secrets: Secrets },
  tx: Transaction,
  deviceId: string,
): Promise<Delivery | SignedDelivery | undefined> {
  // Whoever makes a version of this device's key waits here for whoever makes another.
  await tx.$queryRaw`select 1 from device_key where device_id = ${deviceId} for update`;
  const pinned = await tx.deviceKey.findUnique({
    where: { deviceId },
    include: { device: { select: { lifecycle: true, profile: { select: { encryption: true } } } } },
  });
  if (pinned?.device.lifecycle !== "active") return undefined;
  if (await isSealed(tx, pinned.fleetId)) return signedDelivery(tx, deviceId, clock.now());
  const newest =
    (await tx.contentKey.findFirst({ where: { deviceId, state: { in: [...OPENING_STATES] } }, orderBy: { version: "desc" } })) ??
    (pinned.device.profile.encryption === "off" ? null : await nextKey(tx, pinned.fleetId, deviceId, secrets, clock.now()));
  if (!newest?.keyWrapped) return undefined;
  await markAnnounced(tx, newest, clock.now());
  const { fleetId, publicJwk, thumbprint } = pinned;
  return { fleetId, deviceId, version: newest.version, key: secrets.unwrap(newest.keyWrapped), publicKey: publicJwk, thumbprint };
}

/** Nothing is made here: a device whose key nobody has signed yet waits. */
async function signedDelivery(tx: Transaction, deviceId: string, now: Date): Promise<SignedDelivery | undefined> {
  const newest = await tx.contentKey.findFirst({
    where: { deviceId, announcement: { not: null }, state: { in: [...OPENING_STATES] } },
    orderBy: { version: "desc" },
  });
  if (!newest?.announcement) return undefined;
  await markAnnounced(tx, newest, now);
  return { fleetId: newest.fleetId, deviceId, announcement: newest.announcement };
}

/** Said before it is sent: from here on the device may have it, and a newer version does not make it worthless. */
async function markAnnounced(tx: Transaction, { deviceId, version, announcedAt }: ContentKeyModel, now: Date): Promise<void> {
  if (announcedAt === null) await tx.contentKey.update({ where: { deviceId_version: { deviceId, version } }, data: { announcedAt: now } });
}

async function message(delivery: Delivery | SignedDelivery): Promise<{ topic: string; payload: string }> {
  if ("announcement" in delivery) return { topic: topics.down(delivery.fleetId, delivery.deviceId, "key"), payload: delivery.announcement };
  const { fleetId, deviceId, version, key, publicKey, thumbprint } = delivery;
  const offer: ContentKeyOffer = { device: deviceId, version, key: Buffer.from(key).toString("base64url") };
  const recipient = await importJWK(agreementKeySchema.parse(publicKey), KEY_WRAP.alg);
  const payload = await new CompactEncrypt(Buffer.from(JSON.stringify(offer))).setProtectedHeader({ ...KEY_WRAP, kid: thumbprint }).encrypt(recipient);
  return { topic: topics.down(fleetId, deviceId, "key"), payload };
}

/** A device's first, or another where all that it had are retired. */
async function nextKey(tx: Transaction, fleetId: string, deviceId: string, secrets: Secrets, now: Date) {
  const last = await tx.contentKey.findFirst({ where: { deviceId }, orderBy: { version: "desc" }, select: { version: true } });
  const keyWrapped = secrets.wrap(randomBytes(32));
  return tx.contentKey.create({ data: { deviceId, fleetId, version: (last?.version ?? 0) + 1, keyWrapped, createdAt: now } });
}
