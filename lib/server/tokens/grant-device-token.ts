import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import { deviceScopes } from "@/lib/protocol/access";
import { writeVerb } from "../verb";
import { assertMayHold } from "./grant-holder";
import { deviceLifetime } from "./load-policy";
import { mintToken } from "./mint-token";

const input = z.object({
  deviceId: z.string().min(1).max(64),
  /** Default: 90, or what the fleet's policy allows. */
  ttlDays: z.number().int().min(1).max(365).optional(),
  label: z.string().trim().max(80).default(""),
});

/** Grants a device its default scopes: publish its own `up/#`, subscribe its own `down/#`. The token is shown once. */
export const grantDeviceToken = writeVerb({
  permission: "tokens:grant",
  input,
  async run(ctx, { deviceId, ttlDays, label }) {
    const device = await ctx.tx.device.findFirst({ where: { id: deviceId, fleetId: ctx.fleetId } });
    if (!device) throw notFound("device");
    assertMayHold(device);
    const scopes = deviceScopes(ctx.fleetId, device.id);
    const minted = await mintToken(ctx, {
      kind: "device",
      fleetId: ctx.fleetId,
      subject: device.id,
      deviceId: device.id,
      scopes,
      ttlSeconds: await deviceLifetime(ctx.tx, ctx.fleetId, ttlDays, "ttlDays"),
      label,
      grantedBy: ctx.actor.name,
    });
    const expiresAt = minted.expiresAt.toISOString();
    await ctx.audit({ action: "token.granted", objectKind: "token", objectId: minted.tokenId, after: { deviceId: device.id, label, scopes, expiresAt } });
    return { deviceId: device.id, name: device.name, fleetId: ctx.fleetId, username: device.id, token: minted.token, tokenId: minted.tokenId, expiresAt };
  },
});
