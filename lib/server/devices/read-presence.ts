import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import type { PresenceView } from "@/lib/domain/devices/device-view";
import { readVerb } from "@/lib/server/verb";

/** What the retained `presence` message of a device says. */
export const readPresence = readVerb({
  permission: "devices:read",
  topic: "presence",
  input: z.object({ deviceId: z.string().max(64) }),
  async run(ctx, { deviceId }): Promise<PresenceView> {
    const presence = await ctx.database.prisma.presence.findFirst({ where: { deviceId, fleetId: ctx.fleetId } });
    if (!presence) throw notFound("device");
    const { state, cause, since, lastSeenAt, version } = presence;
    return { state, cause: cause as PresenceView["cause"], since: since.toISOString(), lastSeenAt: lastSeenAt?.toISOString() ?? null, version };
  },
});
