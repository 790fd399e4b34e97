import { z } from "zod";
import type { EnrolmentView } from "@/lib/domain/claims/claim-view";
import { ENROLMENT_STATES } from "@/lib/domain/claims/enrolment";
import { fingerprintOf } from "@/lib/protocol/claim";
import { type Page, readVerb } from "../verb";

const input = z.object({
  claimId: z.string().max(64).optional(),
  state: z.enum(ENROLMENT_STATES).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().max(64).optional(),
});

/** Devices that came by claims, newest first. */
export const listEnrolments = readVerb({
  permission: "claims:read",
  input,
  async run({ database, fleetId }, { claimId, state, limit, cursor }): Promise<Page<EnrolmentView>> {
    const where = { fleetId, ...(claimId === undefined ? {} : { claimId }), ...(state === undefined ? {} : { state }) };
    const { enrolment } = database.prisma;
    const [rows, total] = await Promise.all([
      enrolment.findMany({
        where,
        orderBy: [{ createdAt: "desc" }, { id: "desc" }],
        take: limit + 1,
        ...(cursor === undefined ? {} : { cursor: { id: cursor }, skip: 1 }),
        include: { claim: { select: { name: true } }, device: { select: { id: true, name: true, presence: { select: { state: true } } } } },
      }),
      enrolment.count({ where }),
    ]);
    const items = rows.slice(0, limit).map(({ device, claim, ...row }) => ({
      id: row.id,
      claimId: row.claimId,
      claimName: claim.name,
      state: row.state,
      kind: row.kind as EnrolmentView["kind"],
      fingerprint: fingerprintOf(row.thumbprint),
      serial: row.serial,
      name: row.name,
      device: device && { id: device.id, name: device.name, presence: device.presence?.state ?? "never_seen" },
      decidedBy: row.decidedBy,
      decidedAt: row.decidedAt?.toISOString() ?? null,
      createdAt: row.createdAt.toISOString(),
      updatedAt: row.updatedAt.toISOString(),
    }));
    return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null, total };
  },
});
