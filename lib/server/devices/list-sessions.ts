import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import { networkPrefix } from "@/lib/domain/outages/network-prefix";
import { causeText } from "@/lib/domain/presence/cause-text";
import { sessionEnd } from "@/lib/domain/presence/disconnect-cause";
import { reliability } from "@/lib/domain/presence/reliability";
import type { DeviceSessions } from "@/lib/domain/presence/session-view";
import { readVerb } from "../verb";

const DAYS = 30;
const DAY_MS = 86_400_000;
/** A device with more sessions in 30 days is judged by the newest. */
const JUDGED = 5_000;

interface Row {
  number: string;
  connected_at: Date;
  disconnected_at: Date | null;
  disconnect_reason: string | null;
  address: string;
  transport: string;
  keep_alive_seconds: number;
  /** When the broker run of a session that nobody ended was over. */
  over_at: Date | null;
}

/** The newest sessions of a device with where they came from and how they ended, and how steady it was over 30 days. */
export const listSessions = readVerb({
  permission: "devices:read",
  input: z.object({ deviceId: z.string().min(1).max(64), limit: z.coerce.number().int().min(1).max(200).default(20) }),
  async run({ database: { pool, prisma }, fleetId, clock }, { deviceId, limit }): Promise<DeviceSessions> {
    if (!(await prisma.device.findFirst({ where: { id: deviceId, fleetId }, select: { id: true } }))) throw notFound("device");
    const now = clock.now().getTime();
    const { rows } = await pool.query<Row>(
      `select s.number, s.connected_at, s.disconnected_at, s.disconnect_reason, s.address, s.transport, s.keep_alive_seconds,
         coalesce(r.ended_at, case when exists (select 1 from broker_run n where n.node = r.node and n.id > r.id) then r.alive_at end) as over_at
       from session s left join broker_run r on r.id = s.broker_run_id
       where s.device_id = $1 and s.fleet_id = $2 and (s.disconnected_at is null or s.disconnected_at > $3) order by s.number desc limit ${JUDGED}`,
      [deviceId, fleetId, new Date(now - DAYS * DAY_MS)],
    );
    const sessions = rows.map((row) => ({
      ...row,
      ended: row.disconnected_at ?? row.over_at,
      network: networkPrefix(row.address, { v4: 24, v6: 48 }) ?? null,
    }));
    const { rows: counted } = await pool.query<{ count: number }>("select count(*)::int as count from session where device_id = $1", [deviceId]);
    return {
      items: sessions.slice(0, limit).map((row, index) => ({
        number: row.number,
        connectedAt: row.connected_at.toISOString(),
        endedAt: row.ended?.toISOString() ?? null,
        reason: row.disconnected_at ? causeText(sessionEnd(row.disconnect_reason).cause) : null,
        address: row.address,
        network: row.network,
        networkChanged: sessions[index + 1] !== undefined && sessions[index + 1]?.network !== row.network,
        transport: row.transport,
        keepAliveSeconds: row.keep_alive_seconds,
      })),
      total: counted[0]?.count ?? 0,
      days: DAYS,
      ...reliability(
        sessions.map(({ connected_at, ended, disconnect_reason, network }) => ({
          connectedAt: connected_at.getTime(),
          endedAt: ended?.getTime() ?? null,
          reason: disconnect_reason,
          network,
        })),
        now - DAYS * DAY_MS,
        now,
      ),
    };
  },
});
