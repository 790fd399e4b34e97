import { OVERTAKEN } from "@/lib/domain/renewals/renewal-times";
import { aclSchema, deviceScopes, metaSchema } from "@/lib/protocol/access";
import type { AgreementKey } from "@/lib/protocol/key-exchange";
import { pinKey } from "../claims/pin-key";
import { sealProvisioned } from "../claims/seal-provisioned";
import { isSealed } from "../sealed/custody";
import { deviceLifetime, loadPolicy } from "../tokens/load-policy";
import { mintToken } from "../tokens/mint-token";
import { markRevoked } from "../tokens/revocations/record-revocation";
import type { WriteContext } from "../verb";
import { keyPrint, type RenewalSituation } from "./load-renewal";

/**
 * The next token of a device, sealed to its key-agreement key: the rights, label and life of the one that it holds, within the fleet's policy.
 * The old one still holds. Asked again before it was stored: the same answer, unless the device shows another key-agreement key,
 * which its identity key has signed for.
 */
export async function issueSuccessor(ctx: WriteContext, situation: RenewalSituation, agreementKey: AgreementKey): Promise<string> {
  const { tx, fleetId, now } = ctx;
  const { device, renewal, pending, via } = situation;
  const thumbprint = await keyPrint(agreementKey);
  const pinned = await tx.deviceKey.findUnique({ where: { deviceId: device.id }, select: { thumbprint: true } });
  const isSameKey = pinned?.thumbprint === thumbprint;
  if (!isSameKey) await pinKey(ctx, { deviceId: device.id, thumbprint, publicJwk: agreementKey }, await isSealed(tx, fleetId));
  if (isSameKey && pending && renewal?.answer) return renewal.answer;
  if (pending && renewal?.tokenId) await markRevoked(ctx, [renewal.tokenId], OVERTAKEN);
  const { token, tokenId } = await mintToken(ctx, await successorSpec(ctx, situation));
  const answer = await sealProvisioned({ device: device.id, fleet: fleetId, name: device.name, token, tokenId }, { agreementKey, keyThumbprint: thumbprint });
  const issued = { fleetId, state: "issued" as const, tokenId, answer, via, updatedAt: now };
  await tx.deviceRenewal.upsert({ where: { deviceId: device.id }, create: { deviceId: device.id, ...issued }, update: issued });
  return answer;
}

async function successorSpec({ tx, fleetId }: WriteContext, { device, held, renewal }: RenewalSituation): Promise<Parameters<typeof mintToken>[1]> {
  const common = { kind: "device" as const, fleetId, subject: device.id, deviceId: device.id, renews: true };
  // A person let it in anew: what it held before was taken from it, or is nobody's memory.
  if (!held || held.revokedAt)
    return {
      ...common,
      scopes: deviceScopes(fleetId, device.id),
      ttlSeconds: await deviceLifetime(tx, fleetId, undefined, "ttlDays"),
      label: "came home",
      grantedBy: renewal?.decidedBy ?? "",
      ...(held && { replacesId: held.id }),
    };
  const life = (held.expiresAt.getTime() - held.issuedAt.getTime()) / 1_000;
  const { maxMinutes } = await loadPolicy(tx, fleetId);
  return {
    ...common,
    scopes: aclSchema.parse(held.scopes),
    ttlSeconds: Math.min(life, maxMinutes * 60),
    label: held.label,
    meta: metaSchema.parse(held.meta),
    grantedBy: held.grantedBy,
    replacesId: held.id,
    ...(held.clientId !== null && { clientId: held.clientId }),
  };
}
