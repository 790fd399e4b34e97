import type { HistoryEvent, HistoryKind } from "@/lib/domain/presence/history-view";
import { willWasPublished } from "@/lib/domain/sessions/last-will";
import type { Database } from "../database/client";
import type { PastSessionRow } from "./session-history";

interface Bounds {
  from: Date;
  to: Date;
}

/** Of each kind, the newest so many. */
const EACH = 200;

/** What happened to a device between two moments beside its states, oldest first. */
export async function historyEvents(
  { prisma }: Pick<Database, "prisma">,
  { fleetId, deviceId }: { fleetId: string; deviceId: string },
  { from, to }: Bounds,
  sessions: readonly PastSessionRow[],
): Promise<{ items: HistoryEvent[]; truncated: boolean }> {
  const within = { gt: from, lte: to };
  const [tokens, keys, pinned, outages, audit] = await Promise.all([
    prisma.accessToken.findMany({
      where: { fleetId, deviceId, OR: [{ issuedAt: within }, { expiresAt: within }, { revokedAt: within }] },
      orderBy: { issuedAt: "desc" },
      take: EACH + 1,
    }),
    prisma.contentKey.findMany({
      where: { fleetId, deviceId, OR: [{ createdAt: within }, { firstSeenAt: within }, { retiredAt: within }] },
      orderBy: { version: "desc" },
      take: EACH + 1,
      omit: { keyWrapped: true, replaySeen: true },
    }),
    prisma.deviceKey.findFirst({ where: { fleetId, deviceId }, select: { thumbprint: true, pinnedAt: true, offeredAt: true, offeredThumbprint: true } }),
    prisma.outageDevice.findMany({ where: { deviceId, lostAt: within }, orderBy: { lostAt: "desc" }, include: { outage: true }, take: EACH + 1 }),
    prisma.auditEvent.findMany({
      where: { fleetId, objectId: deviceId, action: { in: ["device.changed", "device.decommissioned"] }, at: within },
      orderBy: { id: "desc" },
      take: EACH + 1,
    }),
  ]);
  const found: (Omit<HistoryEvent, "at"> & { at: Date })[] = [
    ...sessions.flatMap(({ ended, will_topic, disconnect_reason, number }) =>
      ended && will_topic !== null && willWasPublished(disconnect_reason)
        ? [event(ended, "will", "Last will published", `on ${will_topic}, of session ${number}`)]
        : [],
    ),
    ...sessions.flatMap(({ connected_at, network, networkBefore, address, address_before }) =>
      address_before !== null && network !== networkBefore
        ? [event(connected_at, "network", `Came from ${network ?? address}`, `before from ${networkBefore ?? address_before}`)]
        : [],
    ),
    ...tokens.flatMap(({ id, label, issuedAt, expiresAt, revokedAt, revokedReason }) => [
      event(issuedAt, "token", "Token granted", named(id, label)),
      ...(revokedAt ? [event(revokedAt, "token", "Token revoked", revokedReason ?? named(id, label))] : []),
      ...(revokedAt && revokedAt <= expiresAt ? [] : [event(expiresAt, "token", "Token expired", named(id, label))]),
    ]),
    ...keys.flatMap(({ version, createdAt, firstSeenAt, retiredAt, restores }) => [
      event(createdAt, "key", `Content key ${version} made`, restores === null ? "" : `carries key ${restores} again`),
      ...(firstSeenAt ? [event(firstSeenAt, "key", `Content key ${version} used first`, "the first message under it came")] : []),
      ...(retiredAt ? [event(retiredAt, "key", `Content key ${version} retired`, "nothing is taken under it any more")] : []),
    ]),
    ...(pinned ? [event(pinned.pinnedAt, "key", "Device key accepted", pinned.thumbprint)] : []),
    ...(pinned?.offeredAt ? [event(pinned.offeredAt, "key", "Another device key was shown", pinned.offeredThumbprint ?? "")] : []),
    ...outages.map(({ lostAt, outage }) => event(lostAt, "outage", `Went away in an outage: ${outage.label}`, `${outage.factor} is shared`)),
    ...audit.flatMap(({ at, after, before, actorName }) => changesOf(at, before, after, actorName)),
  ];
  const items = found
    .filter(({ at }) => at > from && at <= to)
    .sort((a, b) => a.at.getTime() - b.at.getTime())
    .map(({ at, ...rest }) => ({ ...rest, at: at.toISOString() }));
  return { items, truncated: [tokens, keys, outages, audit].some(({ length }) => length > EACH) };
}

function event(at: Date, kind: HistoryKind, text: string, detail: string) {
  return { at, kind, text, detail };
}

const named = (id: string, label: string) => (label ? `${id}, ${label}` : id);

function changesOf(at: Date, before: unknown, after: unknown, by: string) {
  return (["firmware", "lifecycle"] as const).flatMap((kind) => {
    const [old, now] = [before, after].map((row) => (row as Record<string, unknown> | null)?.[kind]);
    if (now === undefined || now === old) return [];
    const text = kind === "firmware" ? `Firmware ${now === null ? "unknown" : String(now)}` : `Made ${String(now)}`;
    return [event(at, kind, text, `${old ? `before ${String(old)}, ` : ""}by ${by}`)];
  });
}
