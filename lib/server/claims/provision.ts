import { randomBytes } from "node:crypto";
import { calculateJwkThumbprint } from "jose";
import { newId } from "@/lib/base/ids";
import type { EnrolmentKind } from "@/lib/domain/claims/admission";
import { deviceScopes } from "@/lib/protocol/access";
import type { IdentityKey, Provisioned } from "@/lib/protocol/claim";
import type { AgreementKey } from "@/lib/protocol/key-exchange";
import type { ClaimModel } from "@/prisma/generated/models";
import { isSealed } from "../sealed/custody";
import { mintTokens } from "../tokens/mint-token";
import { recordRevocation } from "../tokens/revocations/record-revocation";
import type { WriteContext } from "../verb";
import { freeNames } from "./free-names";
import { pinKey } from "./pin-key";
import { sealProvisioned } from "./seal-provisioned";

/** A device that is let in now. */
export interface Admitted {
  applicant: string;
  identityKey: IdentityKey;
  agreementKey: AgreementKey;
  serial: string | undefined;
  name: string | undefined;
  kind: EnrolmentKind;
  /** The device that it is already; undefined: a new one. */
  known: { deviceId: string; name: string } | undefined;
}

export interface Provision {
  deviceId: string;
  tokenId: string;
  /** Compact JWE of `Provisioned`, for this device's key-agreement key only. */
  sealed: string;
}

interface Placed extends Admitted {
  deviceId: string;
  deviceName: string;
  keyThumbprint: string;
}

/** Makes devices (or renews known ones) with identity, token and content key, set based. In the caller's transaction; answers in order. */
export async function provision(ctx: WriteContext, claim: ClaimModel, admitted: readonly Admitted[]): Promise<Provision[]> {
  const names = await freeNames(ctx, claim, admitted);
  const placed: Placed[] = [];
  for (const [index, one] of admitted.entries()) {
    const fresh = names[index];
    const place = one.known ?? { deviceId: fresh?.deviceId ?? newId("device"), name: fresh?.name ?? "" };
    placed.push({ ...one, deviceId: place.deviceId, deviceName: place.name, keyThumbprint: await calculateJwkThumbprint(one.agreementKey) });
  }
  const keys = new Map<string, { version: number; key: Uint8Array }>();
  const sealed = await isSealed(ctx.tx, claim.fleetId);
  for (const one of placed.filter(({ known }) => known)) {
    const key = await renew(ctx, one, sealed);
    if (key) keys.set(one.deviceId, key);
  }
  const fresh = placed.filter(({ known }) => !known);
  for (const [deviceId, key] of await register(ctx, claim, fresh, sealed)) keys.set(deviceId, key);
  const minted = await mintTokens(
    ctx,
    placed.map(({ deviceId }) => ({
      kind: "device",
      fleetId: claim.fleetId,
      subject: deviceId,
      deviceId,
      scopes: deviceScopes(claim.fleetId, deviceId),
      ttlSeconds: claim.tokenDays * 86_400,
      label: `claim ${claim.name}`.slice(0, 80),
      grantedBy: claim.createdBy,
      renews: true,
    })),
  );
  return Promise.all(
    placed.map(async (one, index) => {
      const { token = "", tokenId = "" } = minted[index] ?? {};
      const given = keys.get(one.deviceId);
      const contentKey = given && { version: given.version, key: Buffer.from(given.key).toString("base64url") };
      const inside: Provisioned = { device: one.deviceId, fleet: claim.fleetId, name: one.deviceName, token, tokenId, ...(contentKey && { contentKey }) };
      return { deviceId: one.deviceId, tokenId, sealed: await sealProvisioned(inside, one) };
    }),
  );
}

type Keys = Map<string, { version: number; key: Uint8Array }>;

/** New devices: registered as by hand, and with the keys that they have shown. In a sealed fleet their content key waits for an admin's signature. */
async function register(ctx: WriteContext, claim: ClaimModel, placed: readonly Placed[], sealed: boolean): Promise<Keys> {
  const { tx, now } = ctx;
  const { fleetId, siteId, profileId } = claim;
  const keys: Keys = new Map(sealed ? [] : placed.map(({ deviceId }) => [deviceId, { version: 1, key: new Uint8Array(randomBytes(32)) }]));
  if (placed.length === 0) return keys;
  await tx.device.createMany({
    data: placed.map(({ deviceId, deviceName }) => ({ id: deviceId, fleetId, name: deviceName, siteId, profileId, createdAt: now, updatedAt: now })),
  });
  await tx.presence.createMany({ data: placed.map(({ deviceId }) => ({ deviceId, fleetId, since: now })) });
  await tx.deviceIdentity.createMany({
    data: placed.map(({ deviceId, applicant, identityKey, serial }) => ({
      deviceId,
      fleetId,
      thumbprint: applicant,
      publicJwk: identityKey,
      serial: serial ?? null,
      enrolledAt: now,
    })),
  });
  await tx.deviceKey.createMany({
    data: placed.map(({ deviceId, agreementKey, keyThumbprint }) => ({
      deviceId,
      fleetId,
      thumbprint: keyThumbprint,
      publicJwk: agreementKey,
      pinnedAt: now,
    })),
  });
  await tx.contentKey.createMany({
    data: [...keys].map(([deviceId, { version, key }]) => ({
      deviceId,
      fleetId,
      version,
      keyWrapped: ctx.secrets.wrap(key),
      createdAt: now,
      announcedAt: now,
    })),
  });
  return keys;
}

/** A device that we know: its tokens so far end, and what it proved to hold now is what counts. */
async function renew(ctx: WriteContext, one: Placed, sealed: boolean): Promise<{ version: number; key: Uint8Array } | undefined> {
  const { tx, now, fleetId } = ctx;
  const { deviceId, applicant, identityKey } = one;
  const tokens = await tx.accessToken.findMany({ where: { fleetId, deviceId, revokedAt: null, expiresAt: { gt: now } }, select: { id: true } });
  const tokenIds = tokens.map(({ id }) => id);
  if (tokenIds.length > 0) await recordRevocation(ctx, { tokenIds, selector: { deviceId }, reason: "claimed again" });
  // Whatever it had begun by itself is over.
  await tx.deviceRenewal.deleteMany({ where: { deviceId } });
  await tx.deviceIdentity.update({ where: { deviceId }, data: { thumbprint: applicant, publicJwk: identityKey, enrolledAt: now } });
  return pinKey(ctx, { deviceId, thumbprint: one.keyThumbprint, publicJwk: one.agreementKey }, sealed);
}
