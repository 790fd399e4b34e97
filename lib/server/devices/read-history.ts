import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import { causeText } from "@/lib/domain/presence/cause-text";
import { endKind } from "@/lib/domain/presence/disconnect-cause";
import type { DeviceHistory } from "@/lib/domain/presence/history-view";
import { readTimeRange } from "@/lib/domain/telemetry/time-range";
import { PRESENCE_CAUSES } from "@/lib/protocol/presence";
import type { PresenceChange } from "@/prisma/generated/client";
import { readVerb } from "../verb";
import { historyEvents } from "./history-events";
import { sessionsBetween, sessionView, steadiness } from "./session-history";

const MOST_SESSIONS = 2_000;
const MOST_STATES = 2_000;

/** Everything on one device's time axis between two moments. What is told is bounded: `truncated` says when there was more. */
export const readHistory = readVerb({
  permission: "devices:read",
  input: z.object({ deviceId: z.string().min(1).max(64), from: z.string().max(40).default("now-7d"), to: z.string().max(40).default("now") }),
  async run({ database, fleetId, clock }, { deviceId, ...range }): Promise<DeviceHistory> {
    const { prisma } = database;
    if (!(await prisma.device.findFirst({ where: { id: deviceId, fleetId }, select: { id: true } }))) throw notFound("device");
    const now = clock.now().getTime();
    const { from, to } = readTimeRange(range, now);
    const bounds = { from: new Date(from), to: new Date(to) };
    const [changes, before, rows] = await Promise.all([
      prisma.presenceChange.findMany({
        where: { deviceId, at: { gt: bounds.from, lte: bounds.to } },
        orderBy: [{ at: "desc" }, { version: "desc" }],
        take: MOST_STATES + 1,
      }),
      prisma.presenceChange.findFirst({ where: { deviceId, at: { lte: bounds.from } }, orderBy: [{ at: "desc" }, { version: "desc" }] }),
      sessionsBetween(database, { fleetId, deviceId }, { ...bounds, limit: MOST_SESSIONS + 1 }),
    ]);
    const sessions = rows.slice(0, MOST_SESSIONS).reverse();
    const events = await historyEvents(database, { fleetId, deviceId }, bounds, sessions);
    const truncated = rows.length > MOST_SESSIONS || changes.length > MOST_STATES || events.truncated;
    return {
      from: bounds.from.toISOString(),
      to: bounds.to.toISOString(),
      states: [...(before && changes.length <= MOST_STATES ? [before] : []), ...changes.slice(0, MOST_STATES).reverse()].map(stateOf),
      sessions: sessions.map((row) => ({ ...sessionView(row), end: row.ended === null ? null : endKind(row.disconnect_reason) })),
      events: events.items,
      truncated,
      ...steadiness(sessions, from, Math.min(to, now)),
    };
  },
});

function stateOf({ at, state, cause }: PresenceChange): DeviceHistory["states"][number] {
  const known = PRESENCE_CAUSES.find((word) => word === cause);
  return { at: at.toISOString(), state, cause, text: known ? causeText(known) : cause };
}
