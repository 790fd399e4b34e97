import { calculateJwkThumbprint } from "jose";
import type { RenewalFacts } from "@/lib/domain/renewals/judge-renewal";
import type { AccessTokenModel, DeviceIdentityModel, DeviceModel, DeviceRenewalModel } from "@/prisma/generated/models";
import type { WriteContext } from "../verb";
import { loadHeld } from "./load-held";

/** Who asks: a device by its own topics, or whoever shows an identity key. */
export type RenewalDoor = { via: "grant"; deviceId: string } | { via: "home"; applicant: string };

export interface RenewalSituation {
  via: RenewalFacts["via"];
  device: DeviceModel;
  identity: DeviceIdentityModel;
  renewal: DeviceRenewalModel | null;
  held: AccessTokenModel | undefined;
  /** The token that is on its way, and holds. */
  pending: boolean;
  graceDays: number;
}

/** Everything that decides about one device, which stands still until the transaction ends. Undefined: this fleet knows no such key. */
export async function loadRenewal(ctx: WriteContext, door: RenewalDoor): Promise<RenewalSituation | undefined> {
  const { tx, fleetId } = ctx;
  const who = door.via === "grant" ? { deviceId: door.deviceId } : { thumbprint: door.applicant };
  const found = await tx.deviceIdentity.findFirst({ where: { fleetId, ...who }, select: { deviceId: true } });
  if (!found) return undefined;
  const { deviceId } = found;
  await tx.$queryRaw`select 1 from device where id = ${deviceId} for update`;
  const device = await tx.device.findFirst({ where: { id: deviceId, fleetId } });
  const identity = await tx.deviceIdentity.findFirst({ where: { fleetId, ...who } });
  const renewal = await tx.deviceRenewal.findUnique({ where: { deviceId } });
  const fleet = await tx.fleet.findUnique({ where: { id: fleetId }, select: { homeGraceDays: true } });
  if (!device || !identity || !fleet) return undefined;
  const held = await loadHeld(tx, { fleetId, deviceId }, renewal);
  const onItsWay = renewal?.state === "issued" ? renewal.tokenId : null;
  const pending = onItsWay !== null && (await tx.accessToken.count({ where: { id: onItsWay, revokedAt: null, expiresAt: { gt: ctx.now } } })) === 1;
  return { via: door.via, device, identity, renewal, held, pending, graceDays: fleet.homeGraceDays };
}

export function renewalFacts({ via, device, renewal, held, pending, graceDays }: RenewalSituation): RenewalFacts {
  return {
    via,
    lifecycle: device.lifecycle,
    held: held && { issuedAt: held.issuedAt, expiresAt: held.expiresAt, revoked: held.revokedAt !== null },
    state: renewal?.state ?? null,
    pending,
    asked: renewal?.askedAt != null,
    graceDays,
  };
}

/** RFC 7638, of the key that a token is sealed to. */
export const keyPrint = (key: { kty: "EC"; crv: "P-256"; x: string; y: string }): Promise<string> => calculateJwkThumbprint(key);
