import type { AdmissionFacts } from "@/lib/domain/claims/admission";
import type { ClaimModel, EnrolmentModel } from "@/prisma/generated/models";
import type { Transaction } from "../database/client";

export interface KnownDevice {
  deviceId: string;
  fleetId: string;
  thumbprint: string;
  serial: string | null;
  name: string;
  lifecycle: NonNullable<AdmissionFacts["known"]>["lifecycle"];
}

/** Everything that decides about some devices that use one claim. */
export interface Situation {
  claim: ClaimModel;
  enrolments: Map<string, EnrolmentModel>;
  /** By key, in any fleet, and by serial number in this one. */
  byKey: Map<string, KnownDevice>;
  bySerial: Map<string, KnownDevice>;
  /** Serial numbers of these devices that stand on the claim's list. */
  listed: Set<string>;
}

/** `lock`: whoever counts this claim too waits until this transaction ends. Undefined: there is no such claim any more. */
export async function loadSituation(
  tx: Transaction,
  claimId: string,
  { applicants, serials, lock }: { applicants: string[]; serials: string[]; lock: boolean },
): Promise<Situation | undefined> {
  if (lock) await tx.$queryRaw`select 1 from claim where id = ${claimId} for update`;
  const claim = await tx.claim.findUnique({ where: { id: claimId } });
  if (!claim) return undefined;
  const enrolments = await tx.enrolment.findMany({ where: { claimId, thumbprint: { in: applicants } } });
  const known = await tx.deviceIdentity.findMany({
    where: { OR: [{ thumbprint: { in: applicants } }, { fleetId: claim.fleetId, serial: { in: serials } }] },
    include: { device: { select: { name: true, lifecycle: true } } },
  });
  const listed = claim.serialCount === 0 ? [] : await tx.claimSerial.findMany({ where: { claimId, serial: { in: serials } } });
  const devices = known.map(({ deviceId, fleetId, thumbprint, serial, device }) => ({ deviceId, fleetId, thumbprint, serial, ...device }));
  return {
    claim,
    enrolments: new Map(enrolments.map((row) => [row.thumbprint, row])),
    byKey: new Map(devices.map((device) => [device.thumbprint, device])),
    bySerial: new Map(devices.flatMap((device) => (device.serial !== null && device.fleetId === claim.fleetId ? [[device.serial, device] as const] : []))),
    listed: new Set(listed.map(({ serial }) => serial)),
  };
}

/** The facts about one device. One that was already accepted by this enrolment keeps the serial number that it had then. */
export function factsOf(
  { claim, enrolments, byKey, bySerial, listed }: Situation,
  device: { applicant: string; serial: string | undefined; fleet: string | undefined },
  now: Date,
): AdmissionFacts & { device: KnownDevice | undefined } {
  const byItsKey = byKey.get(device.applicant);
  const known = byItsKey ?? (device.serial === undefined ? undefined : bySerial.get(device.serial));
  return {
    claim: {
      fleetId: claim.fleetId,
      revoked: claim.revokedAt !== null,
      expired: claim.expiresAt <= now,
      used: claim.used,
      useLimit: claim.useLimit,
      approval: claim.approval,
      hasList: claim.serialCount > 0,
    },
    fleet: device.fleet,
    serial: device.serial,
    listed: device.serial !== undefined && listed.has(device.serial),
    enrolment: enrolments.get(device.applicant)?.state,
    known: known && { by: byItsKey ? "key" : "serial", fleetId: known.fleetId, lifecycle: known.lifecycle },
    device: known,
  };
}
