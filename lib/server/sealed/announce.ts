import { notFound, SallyportError } from "@/lib/base/errors";
import type { SealedChain } from "@/lib/domain/sealed/chain";
import type { SignedBatch } from "@/lib/domain/sealed/sealed-view";
import { ANNOUNCEMENT_REFUSALS, readAnnouncement } from "@/lib/protocol/sealed/announcement";
import { enqueueDeliveries, lockKeysOf } from "../encryption/begin-wave";
import type { WriteContext } from "../verb";

/** Keeps signed announcements as the newest version of these devices, and has them delivered. Answers how many are new. */
export async function announce(ctx: WriteContext, chain: SealedChain, announcements: SignedBatch["announcements"]): Promise<number> {
  const { tx, fleetId, now } = ctx;
  const ids = announcements.map(({ device }) => device);
  if (ids.length === 0) return 0;
  await lockKeysOf(tx, ids);
  const devices = await tx.deviceKey.findMany({
    where: { deviceId: { in: ids }, fleetId, device: { lifecycle: "active" } },
    select: { deviceId: true, thumbprint: true },
  });
  const keys = new Map(devices.map(({ deviceId, thumbprint }) => [deviceId, thumbprint]));
  for (const { device, jws } of announcements) {
    const key = keys.get(device);
    if (key === undefined) throw notFound("device");
    const read = await readAnnouncement(jws, { fleet: fleetId, device, root: chain.root, key });
    if (!read.ok) throw new SallyportError("invalid_input", `${device}: ${ANNOUNCEMENT_REFUSALS[read.reason]}`);
    if (read.said.version !== chain.version || chain.devices.get(device) !== key)
      throw new SallyportError("invalid_input", `${device}: its public key was not signed, or the version is not the newest.`);
  }
  // What was never sent to a device goes. What it may have sealed with stays, as with every rotation.
  await tx.contentKey.updateMany({
    where: { deviceId: { in: ids }, state: "next", version: { lt: chain.version }, announcedAt: null, receivedAt: null, firstSeenAt: null },
    data: { state: "retired", retiredAt: now },
  });
  const { count } = await tx.contentKey.createMany({
    data: announcements.map(({ device, jws }) => ({ deviceId: device, fleetId, version: chain.version, announcement: jws, createdAt: now })),
    skipDuplicates: true,
  });
  await enqueueDeliveries(ctx, ids);
  return count;
}
