import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import { newId } from "@/lib/base/ids";
import { deviceScopes } from "@/lib/protocol/access";
import { writeVerb } from "../verb";
import { deviceLifetime } from "./load-policy";
import { mintTokens } from "./mint-token";

const input = z.object({
  deviceIds: z.array(z.string().min(1).max(64)).max(20_000),
  /** Default: 90, or what the fleet's policy allows. */
  ttlDays: z.number().int().min(1).max(365).optional(),
  label: z.string().trim().max(80).default(""),
});

/**
 * `grantDeviceToken` for many devices in one transaction: all of them, or none when one is not an active device of this fleet.
 * Answers tokens by device id. One audit row names the batch and its size.
 */
export const grantManyDeviceTokens = writeVerb({
  permission: "tokens:grant",
  input,
  async run(ctx, { deviceIds, ttlDays, label }): Promise<Map<string, { token: string; tokenId: string; expiresAt: string }>> {
    const found = await ctx.tx.device.count({ where: { fleetId: ctx.fleetId, id: { in: deviceIds }, lifecycle: { in: ["pending", "active"] } } });
    if (found !== new Set(deviceIds).size) throw notFound("device");
    const ttlSeconds = await deviceLifetime(ctx.tx, ctx.fleetId, ttlDays, "ttlDays");
    const batchId = newId("tokenBatch");
    const specs = deviceIds.map((deviceId) => ({
      kind: "device" as const,
      fleetId: ctx.fleetId,
      subject: deviceId,
      deviceId,
      scopes: deviceScopes(ctx.fleetId, deviceId),
      ttlSeconds,
      label,
      batchId,
      grantedBy: ctx.actor.name,
    }));
    const minted = await mintTokens(ctx, specs);
    await ctx.audit({
      action: "token.granted_many",
      objectKind: "fleet",
      objectId: ctx.fleetId,
      after: { devices: deviceIds.length, label, batchId, days: ttlSeconds / 86_400 },
    });
    return new Map(minted.map(({ token, tokenId, expiresAt }, index) => [deviceIds[index] ?? "", { token, tokenId, expiresAt: expiresAt.toISOString() }]));
  },
});
