import type { DeviceFacts } from "@/lib/domain/diagnosis/facts";
import { type PostureReport, postureReportSchema } from "@/lib/protocol/posture";
import type { Queryable } from "../database/queryable";

/** At fewer of its peers than this something is unusual ... */
const ODD_SHARE = 0.1;
/** ... and with fewer peers nothing is. */
const MIN_PEERS = 3;
const PEERS = 200;

/**
 * What the newest posture report of a device shows that hardly any other of its profile does. Only the newest report of each
 * device is kept, so it is compared with its peers and not with its own past.
 */
export async function oddPosture(db: Queryable, deviceId: string, profileId: string): Promise<DeviceFacts["posture"]> {
  const { rows } = await db.query<{ device_id: string; received_at: Date; report: unknown }>(
    `(select device_id, received_at, report from posture_report where device_id = $1)
     union all
     (select r.device_id, r.received_at, r.report from posture_report r join device d on d.id = r.device_id
      where d.profile_id = $2 and r.device_id <> $1 order by r.received_at desc limit ${PEERS})`,
    [deviceId, profileId],
  );
  const own = rows.find(({ device_id }) => device_id === deviceId);
  const report = own && read(own.report);
  if (!own || !report) return null;
  const peers = rows.filter(({ device_id }) => device_id !== deviceId).flatMap((row) => read(row.report) ?? []);
  return {
    at: own.received_at,
    peers: peers.length,
    oddListeners: odd(listeners(report), peers.map(listeners)),
    oddDestinations: odd(destinations(report), peers.map(destinations)),
  };
}

function read(report: unknown): PostureReport | undefined {
  return postureReportSchema.safeParse(report).data;
}

function odd(own: readonly string[], peers: readonly string[][]): string[] {
  if (peers.length < MIN_PEERS) return [];
  return own.filter((one) => peers.filter((peer) => peer.includes(one)).length < peers.length * ODD_SHARE);
}

function listeners({ metrics }: PostureReport): string[] {
  const of = (protocol: "tcp" | "udp") => (metrics[`listening_${protocol}_ports`]?.ports ?? []).map(({ port }) => `${protocol}/${port}`);
  return [...new Set([...of("tcp"), ...of("udp")])];
}

/** Hosts without their ports. */
function destinations({ metrics }: PostureReport): string[] {
  const connections = metrics.tcp_connections?.established_connections.connections ?? [];
  return [...new Set(connections.map(({ remote_addr }) => remote_addr.replace(/:\d+$/, "")))];
}
