import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import type { DeviceSessions } from "@/lib/domain/presence/session-view";
import { readVerb } from "../verb";
import { sessionsBetween, sessionView, steadiness } from "./session-history";

const DAYS = 30;
const DAY_MS = 86_400_000;
/** A device with more sessions in 30 days is judged by the newest. */
const JUDGED = 5_000;

/** The newest sessions of a device with where they came from and how they ended, and how steady it was over 30 days. */
export const listSessions = readVerb({
  permission: "devices:read",
  input: z.object({ deviceId: z.string().min(1).max(64), limit: z.coerce.number().int().min(1).max(200).default(20) }),
  async run({ database, fleetId, clock }, { deviceId, limit }): Promise<DeviceSessions> {
    const { pool, prisma } = database;
    if (!(await prisma.device.findFirst({ where: { id: deviceId, fleetId }, select: { id: true } }))) throw notFound("device");
    const now = clock.now();
    const from = new Date(now.getTime() - DAYS * DAY_MS);
    const sessions = await sessionsBetween(database, { fleetId, deviceId }, { from, to: new Date(now.getTime() + 1), limit: JUDGED });
    const { rows: counted } = await pool.query<{ count: number }>("select count(*)::int as count from session where device_id = $1", [deviceId]);
    return {
      items: sessions.slice(0, limit).map(sessionView),
      total: counted[0]?.count ?? 0,
      days: DAYS,
      ...steadiness(sessions, from.getTime(), now.getTime()),
    };
  },
});
