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
