import type { PingView } from "@/lib/domain/diagnosis/ping-view";
import { topics } from "@/lib/protocol/topics";
import type { Transaction } from "../database/client";

/** The newest ping of a device, with the first sign of life after it was sent; null: it was never pinged. */
export async function loadPing(tx: Pick<Transaction, "devicePing">, fleetId: string, deviceId: string): Promise<PingView | null> {
  const row = await tx.devicePing.findFirst({ where: { deviceId, fleetId }, include: { device: { select: { presence: true } } } });
  if (!row) return null;
  const seen = row.device.presence?.lastSeenAt;
  return {
    id: row.id,
    at: row.at.toISOString(),
    by: row.by,
    topic: topics.command(fleetId, deviceId, row.id),
    sentAt: row.sentAt?.toISOString() ?? null,
    session:
      row.sessionNumber === null || row.sessionConnectedAt === null
        ? null
        : { number: String(row.sessionNumber), connectedAt: row.sessionConnectedAt.toISOString(), address: row.sessionAddress ?? "" },
    heardAt: row.sentAt && seen && seen > row.sentAt ? seen.toISOString() : null,
  };
}
