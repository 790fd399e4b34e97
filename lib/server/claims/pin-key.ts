import { randomBytes } from "node:crypto";
import { OPENING_STATES } from "@/lib/domain/encryption/key-state";
import type { AgreementKey } from "@/lib/protocol/key-exchange";
import { Prisma } from "@/prisma/generated/client";
import type { WriteContext } from "../verb";

interface Shown {
  deviceId: string;
  thumbprint: string;
  publicJwk: AgreementKey;
}

/**
 * The key-agreement key of a device that has proved its identity again. Another one than before: whoever holds the old one is told
 * no further key, and a new version is made. Answers the content key that the device gets; undefined in a sealed fleet, where an
 * admin's browser makes it.
 */
export async function pinKey(
  ctx: WriteContext,
  { deviceId, thumbprint, publicJwk }: Shown,
  sealed: boolean,
): Promise<{ version: number; key: Uint8Array } | undefined> {
  const { tx, now, fleetId, secrets } = ctx;
  await tx.$queryRaw`select 1 from device_key where device_id = ${deviceId} for update`;
  const before = await tx.deviceKey.findUnique({ where: { deviceId }, select: { thumbprint: true } });
  const newest = await tx.contentKey.findFirst({ where: { deviceId }, orderBy: { version: "desc" } });
  const pinned = { thumbprint, publicJwk, pinnedAt: now, offeredThumbprint: null, offeredJwk: Prisma.DbNull, offeredAt: null };
  const isSame = before?.thumbprint === thumbprint;
  if (!isSame) await tx.deviceKey.upsert({ where: { deviceId }, update: pinned, create: { deviceId, fleetId, ...pinned } });
  if (isSame && sealed) return undefined;
  if (isSame && newest?.keyWrapped && OPENING_STATES.some((state) => state === newest.state))
    return { version: newest.version, key: secrets.unwrap(newest.keyWrapped) };
  await tx.contentKey.updateMany({ where: { deviceId, state: { in: [...OPENING_STATES] } }, data: { state: "retired", retiredAt: now } });
  if (sealed) return undefined;
  const fresh = { version: (newest?.version ?? 0) + 1, key: new Uint8Array(randomBytes(32)) };
  await tx.contentKey.create({ data: { deviceId, fleetId, version: fresh.version, keyWrapped: secrets.wrap(fresh.key), createdAt: now, announcedAt: now } });
  return fresh;
}
