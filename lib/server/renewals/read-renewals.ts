import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import { isOverdue } from "@/lib/domain/renewals/judge-renewal";
import type { RenewalView } from "@/lib/domain/renewals/renewal-view";
import { fingerprintOf } from "@/lib/protocol/claim";
import type { AccessTokenModel, DeviceRenewalModel } from "@/prisma/generated/models";
import { type Page, readVerb } from "../verb";
import { loadHeld } from "./load-held";

const withRenewal = { id: true, name: true, renewal: true, identity: { select: { thumbprint: true } } } as const;

/** Whether a device renews its token by itself, and how far it is. */
export const getRenewal = readVerb({
  permission: "tokens:read",
  input: z.object({ deviceId: z.string().min(1).max(64) }),
  async run({ database, fleetId, clock }, { deviceId }): Promise<RenewalView> {
    const { prisma } = database;
    const device = await prisma.device.findFirst({ where: { id: deviceId, fleetId }, select: withRenewal });
    if (!device) throw notFound("device");
    return view(device, await loadHeld(prisma, { fleetId, deviceId }, device.renewal), clock.now());
  },
});

/** Devices that came home and wait for a person, the longest first; at most 100, and how many there are. */
export const listWaitingRenewals = readVerb({
  permission: "claims:read",
  input: z.object({}),
  async run({ database, fleetId, clock }): Promise<Page<RenewalView>> {
    const { prisma } = database;
    const where = { fleetId, state: "waiting" as const };
    const [rows, total] = await Promise.all([
      prisma.deviceRenewal.findMany({ where, orderBy: { updatedAt: "asc" }, take: 100, include: { device: { select: withRenewal } } }),
      prisma.deviceRenewal.count({ where }),
    ]);
    const held = await Promise.all(rows.map((row) => loadHeld(prisma, { fleetId, deviceId: row.deviceId }, row)));
    return { items: rows.map(({ device }, index) => view(device, held[index], clock.now())), nextCursor: null, total };
  },
});

interface Row {
  id: string;
  name: string;
  renewal: DeviceRenewalModel | null;
  identity: { thumbprint: string } | null;
}

function view({ id, name, renewal, identity }: Row, held: AccessTokenModel | undefined, now: Date): RenewalView {
  const live = held !== undefined && held.revokedAt === null && held.expiresAt > now;
  return {
    deviceId: id,
    deviceName: name,
    fingerprint: identity && fingerprintOf(identity.thumbprint),
    token: held && identity ? { id: held.id, expiresAt: held.expiresAt.toISOString(), live, overdue: live && isOverdue(held, now) } : null,
    state: renewal?.state ?? null,
    via: renewal?.state ? (renewal.via as RenewalView["via"]) : null,
    askedAt: renewal?.askedAt?.toISOString() ?? null,
    renewedAt: renewal?.renewedAt?.toISOString() ?? null,
    decidedBy: renewal?.decidedBy ?? null,
    updatedAt: renewal?.updatedAt.toISOString() ?? null,
  };
}
