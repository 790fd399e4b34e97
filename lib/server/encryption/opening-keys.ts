import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import { OPENING_STATES } from "@/lib/domain/encryption/key-state";
import type { OpeningKeys } from "@/lib/domain/encryption/key-view";
import { writeVerb } from "../verb";

/** The keys that open what a device sends now, for whoever may read its values anyway. Each fetch leaves an audit event. */
export const fetchOpeningKeys = writeVerb({
  permission: "telemetry:read",
  input: z.object({ deviceId: z.string().max(64) }),
  async run(ctx, { deviceId }): Promise<OpeningKeys> {
    const device = await ctx.tx.device.findFirst({
      where: { id: deviceId, fleetId: ctx.fleetId },
      select: { contentKeys: { where: { state: { in: [...OPENING_STATES] } }, orderBy: { version: "asc" } } },
    });
    if (!device) throw notFound("device");
    const keys = device.contentKeys.flatMap(({ version, keyWrapped }) =>
      keyWrapped ? [{ version, key: ctx.secrets.unwrap(keyWrapped).toString("base64url") }] : [],
    );
    await ctx.audit({ action: "content_keys.fetched", objectKind: "device", objectId: deviceId, after: { versions: keys.map(({ version }) => version) } });
    return { keys };
  },
});
