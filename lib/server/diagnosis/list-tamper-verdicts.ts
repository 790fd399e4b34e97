import { z } from "zod";
import type { TamperVerdictView } from "@/lib/domain/diagnosis/tamper-view";
import { type Page, readVerb } from "../verb";

/** Devices of this fleet that somebody may have laid hands on, the newest suspicion first. */
export const listTamperVerdicts = readVerb({
  permission: "devices:read",
  input: z.object({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
  async run({ database, fleetId }, { limit }): Promise<Page<TamperVerdictView>> {
    const where = { fleetId, suspected: true, device: { lifecycle: { in: ["active" as const, "pending" as const] } } };
    const [rows, total] = await Promise.all([
      database.prisma.tamperVerdict.findMany({
        where,
        orderBy: [{ suspectedAt: "desc" }, { deviceId: "asc" }],
        take: limit,
        include: { device: { select: { name: true, site: { select: { name: true } } } } },
      }),
      database.prisma.tamperVerdict.count({ where }),
    ]);
    return {
      items: rows.map(({ deviceId, device, suspectedAt, judgedAt, score, evidence }) => ({
        device: { id: deviceId, name: device.name, site: device.site?.name ?? null },
        since: (suspectedAt ?? judgedAt).toISOString(),
        score,
        evidence: evidence as TamperVerdictView["evidence"],
      })),
      nextCursor: null,
      total,
    };
  },
});
