import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import type { DeviceKeysView } from "@/lib/domain/encryption/key-view";
import { readVerb } from "../verb";

/** Content keys of a device by version, as they were seen on the wire; never the keys themselves. */
export const getDeviceKeys = readVerb({
  permission: "keys:read",
  input: z.object({ deviceId: z.string().max(64) }),
  async run(ctx, { deviceId }): Promise<DeviceKeysView> {
    const device = await ctx.database.prisma.device.findFirst({
      where: { id: deviceId, fleetId: ctx.fleetId },
      select: {
        profile: { select: { encryption: true } },
        deviceKey: true,
        contentKeys: { where: { state: { not: "destroyed" } }, orderBy: { version: "desc" }, take: 20, omit: { keyWrapped: true, replaySeen: true } },
      },
    });
    if (!device) throw notFound("device");
    const { deviceKey } = device;
    const offered =
      deviceKey?.offeredThumbprint && deviceKey.offeredAt ? { thumbprint: deviceKey.offeredThumbprint, at: deviceKey.offeredAt.toISOString() } : null;
    return {
      policy: device.profile.encryption,
      thumbprint: deviceKey?.thumbprint ?? null,
      pinnedAt: text(deviceKey?.pinnedAt),
      offered,
      keys: device.contentKeys.map(({ version, state, rotationId, messages, createdAt, announcedAt, receivedAt, firstSeenAt, lastSeenAt }) => ({
        version,
        state,
        rotationId,
        messages: Number(messages),
        createdAt: createdAt.toISOString(),
        announcedAt: text(announcedAt),
        receivedAt: text(receivedAt),
        firstSeenAt: text(firstSeenAt),
        lastSeenAt: text(lastSeenAt),
      })),
    };
  },
});

function text(at: Date | null | undefined): string | null {
  return at?.toISOString() ?? null;
}
