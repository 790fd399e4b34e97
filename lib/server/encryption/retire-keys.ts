import { OPENING_STATES } from "@/lib/domain/encryption/key-state";
import type { WriteContext } from "../verb";

/** At once: nothing that is sealed with any key of this device so far opens any more. */
export async function retireKeysOf(ctx: WriteContext, deviceId: string): Promise<void> {
  const { contentKey } = ctx.tx;
  await contentKey.updateMany({
    where: { deviceId, fleetId: ctx.fleetId, state: { in: [...OPENING_STATES] } },
    data: { state: "retired", retiredAt: ctx.now },
  });
}

/**
 * Destroys every key of this device, retired ones too: what it sealed, and what may have been recorded of it, the server cannot open
 * any more. Brokers drop theirs with the commit. Its turn in rotations that have not reached it is over. Answers how many there were.
 */
export async function destroyKeysOf(ctx: WriteContext, deviceId: string): Promise<{ keys: number; rotations: number }> {
  const { contentKey, keyRotationDevice } = ctx.tx;
  await retireKeysOf(ctx, deviceId);
  const keys = await contentKey.updateMany({
    where: { deviceId, fleetId: ctx.fleetId, state: { not: "destroyed" } },
    data: { state: "destroyed", keyWrapped: null, announcement: null },
  });
  const rotations = await keyRotationDevice.updateMany({ where: { deviceId, version: null, skippedAt: null }, data: { skippedAt: ctx.now } });
  return { keys: keys.count, rotations: rotations.count };
}
