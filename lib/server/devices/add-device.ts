import { newId } from "@/lib/base/ids";
import { addDeviceInputSchema, type DeviceCredentials } from "@/lib/domain/devices/device-view";
import { deviceScopes } from "@/lib/protocol/access";
import { isUniqueViolation } from "@/lib/server/database/unique-violation";
import { deviceLifetime, mintToken } from "@/lib/server/tokens";
import { writeVerb } from "@/lib/server/verb";
import { connectionOf } from "./connection";
import { assertNameIsFree, gatewayNamed, nameTaken, profileNamed, siteNamed } from "./place-device";

/** Registers a device with its presence row (never seen) and its first token, which is shown once. */
export const addDevice = writeVerb({
  permission: "devices:write",
  input: addDeviceInputSchema,
  async run(ctx, { name, site, profile, gateway, tags, tokenDays }): Promise<DeviceCredentials> {
    await assertNameIsFree(ctx, name);
    const deviceId = newId("device");
    const { fleetId } = ctx;
    const data = {
      id: deviceId,
      fleetId,
      name,
      siteId: site === undefined ? null : await siteNamed(ctx, site),
      profileId: await profileNamed(ctx, profile),
      gatewayId: gateway === undefined ? null : await gatewayNamed(ctx, gateway, deviceId),
      createdAt: ctx.now,
      tags: { create: Object.entries(tags).map(([key, value]) => ({ key, value })) },
      presence: { create: { fleetId, since: ctx.now } },
    };
    await ctx.tx.device.create({ data, select: { id: true } }).catch((error: unknown) => {
      throw isUniqueViolation(error) ? nameTaken(name) : error;
    });
    const label = "first token";
    const scopes = deviceScopes(fleetId, deviceId);
    const minted = await mintToken(ctx, {
      kind: "device",
      fleetId,
      subject: deviceId,
      deviceId,
      scopes,
      ttlSeconds: await deviceLifetime(ctx.tx, fleetId, tokenDays, "tokenDays"),
      label,
      grantedBy: ctx.actor.name,
    });
    const expiresAt = minted.expiresAt.toISOString();
    await ctx.audit({ action: "device.added", objectKind: "device", objectId: deviceId, after: { name, site, profile, gateway, tags } });
    await ctx.audit({ action: "token.granted", objectKind: "token", objectId: minted.tokenId, after: { deviceId, label, scopes, expiresAt } });
    return {
      deviceId,
      name,
      fleetId,
      username: deviceId,
      token: minted.token,
      tokenId: minted.tokenId,
      expiresAt,
      ...connectionOf(ctx.env, { fleetId, deviceId }),
    };
  },
});
