import { z } from "zod";
import { notFound, SallyportError } from "@/lib/base/errors";
import { writeVerb } from "../verb";
import { loadHeld } from "./load-held";

/** Wants a device to exchange its token now: told when it is connected, else as soon as it is. What it holds stays good until it has the next. */
export const askRenewal = writeVerb({
  permission: "tokens:revoke",
  input: z.object({ deviceId: z.string().min(1).max(64) }),
  async run(ctx, { deviceId }): Promise<{ deviceId: string; asked: true }> {
    const { tx, fleetId, now } = ctx;
    const device = await tx.device.findFirst({ where: { id: deviceId, fleetId }, select: { id: true, renewal: true } });
    if (!device) throw notFound("device");
    const held = await loadHeld(tx, { fleetId, deviceId }, device.renewal);
    if (!held || held.revokedAt || held.expiresAt <= now)
      throw new SallyportError("conflict", "This device holds no token that renews itself.", { hint: "Grant it a new one, or let it claim." });
    const asked = { askedAt: now, toldAt: null, updatedAt: now };
    await tx.deviceRenewal.upsert({ where: { deviceId }, create: { deviceId, fleetId, ...asked }, update: asked });
    await ctx.audit({ action: "renewal.asked", objectKind: "device", objectId: deviceId, after: { tokenId: held.id } });
    return { deviceId, asked: true };
  },
});
