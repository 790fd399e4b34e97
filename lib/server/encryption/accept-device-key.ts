import { randomBytes } from "node:crypto";
import { z } from "zod";
import { notFound, SallyportError } from "@/lib/base/errors";
import { Prisma } from "@/prisma/generated/client";
import { isSealed } from "../sealed/custody";
import { writeVerb } from "../verb";
import { retireKeysOf } from "./retire-keys";

/**
 * A person has made sure that the other public key is the device's (a replaced disk, a new board). It is pinned instead of the
 * old one, and whoever holds the old one is told no further key: all versions so far are retired at once.
 */
export const acceptDeviceKey = writeVerb({
  permission: "keys:rotate",
  input: z.object({ deviceId: z.string().max(64), thumbprint: z.string().max(64) }),
  async run(ctx, { deviceId, thumbprint }): Promise<{ thumbprint: string }> {
    const key = await ctx.tx.deviceKey.findFirst({ where: { deviceId, fleetId: ctx.fleetId } });
    if (!key) throw notFound("public key");
    if (key.offeredThumbprint !== thumbprint || key.offeredJwk === null)
      throw new SallyportError("conflict", "The device does not show this public key any more.", { hint: "Load the page again, and compare once more." });
    await ctx.tx.deviceKey.update({
      where: { deviceId },
      data: { thumbprint, publicJwk: key.offeredJwk, pinnedAt: ctx.now, offeredThumbprint: null, offeredJwk: Prisma.DbNull, offeredAt: null },
    });
    const newest = await ctx.tx.contentKey.findFirst({ where: { deviceId }, orderBy: { version: "desc" }, select: { version: true } });
    await retireKeysOf(ctx, deviceId);
    // In a sealed fleet its next key comes from an admin's browser.
    if (newest && !(await isSealed(ctx.tx, ctx.fleetId)))
      await ctx.tx.contentKey.create({
        data: { deviceId, fleetId: ctx.fleetId, version: newest.version + 1, keyWrapped: ctx.secrets.wrap(randomBytes(32)), createdAt: ctx.now },
      });
    await ctx.audit({ action: "device_key.accepted", objectKind: "device", objectId: deviceId, before: { thumbprint: key.thumbprint }, after: { thumbprint } });
    await ctx.enqueue("key.deliver", { deviceIds: [deviceId] });
    return { thumbprint };
  },
});
