import { RENEWED } from "@/lib/domain/renewals/renewal-times";
import { markRevoked } from "../tokens/revocations/record-revocation";
import type { WriteContext } from "../verb";
import type { RenewalSituation } from "./load-renewal";

/**
 * The device has the new token on its disk: now, and not before, the ones before it end. Granted tokens that do not renew themselves
 * are another matter, and stay. False: it is not the token that counts.
 */
export async function finishRenewal(ctx: WriteContext, { device, renewal, pending, via }: RenewalSituation, tokenId: string): Promise<boolean> {
  const { tx, fleetId, now } = ctx;
  if (!renewal || renewal.tokenId !== tokenId) return false;
  if (renewal.state === "stored") return true;
  if (!pending) return false;
  const old = await tx.accessToken.findMany({
    where: { fleetId, deviceId: device.id, renews: true, revokedAt: null, id: { not: tokenId } },
    select: { id: true },
  });
  const ended = await markRevoked(
    ctx,
    old.map(({ id }) => id),
    RENEWED,
  );
  const done = { state: "stored" as const, answer: null, askedAt: null, toldAt: null, renewedAt: now, updatedAt: now };
  await tx.deviceRenewal.update({ where: { deviceId: device.id }, data: done });
  await ctx.audit({ action: "token.renewed", objectKind: "token", objectId: tokenId, after: { deviceId: device.id, via, ended: ended.map(({ id }) => id) } });
  return true;
}
