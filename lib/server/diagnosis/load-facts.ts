import type { DeviceFacts, Refused } from "@/lib/domain/diagnosis/facts";
import type { FactorKind } from "@/lib/domain/outages/factors";
import { networkPrefix } from "@/lib/domain/outages/network-prefix";
import type { PresenceCause, PresenceState } from "@/lib/protocol/presence";
import type { Queryable } from "../database/queryable";
import { oddPosture } from "./odd-posture";

interface Row {
  lifecycle: DeviceFacts["lifecycle"];
  site_id: string | null;
  site_name: string | null;
  profile_id: string;
  profile_name: string;
  sleep_seconds: number | null;
  state: PresenceState;
  cause: PresenceCause;
  since: Date;
  last_seen_at: Date | null;
}

interface SessionRow {
  number: string;
  token_id: string;
  address: string;
  keep_alive_seconds: number;
  connected_at: Date;
  disconnected_at: Date | null;
  disconnect_reason: string | null;
}

const DAY_MS = 86_400_000;
/** So many sessions are looked back at; a device with more within a day is unsteady anyway. */
const SESSIONS = 60;
const HEARTBEAT_MS = 10_000;

const networkOf = (address: string): string | null => networkPrefix(address, { v4: 24, v6: 48 }) ?? null;

/** Everything that is known of one device of this fleet, metadata only. Undefined when it is not there. */
export async function loadFacts(db: Queryable, fleetId: string, deviceId: string, now: Date): Promise<DeviceFacts | undefined> {
  const { rows } = await db.query<Row>(
    `select d.lifecycle, d.site_id, s.name as site_name, d.profile_id, f.name as profile_name, f.sleep_seconds, p.state, p.cause, p.since, p.last_seen_at
     from device d join presence p on p.device_id = d.id join profile f on f.id = d.profile_id left join site s on s.id = d.site_id
     where d.id = $1 and d.fleet_id = $2`,
    [deviceId, fleetId],
  );
  const [device] = rows;
  if (!device) return undefined;
  const sessions = await readSessions(db, deviceId);
  const [newest] = sessions;
  const dayAgo = new Date(now.getTime() - DAY_MS);
  return {
    now,
    lifecycle: device.lifecycle,
    presence: { state: device.state, cause: device.cause, since: device.since, lastSeenAt: device.last_seen_at },
    session: newest
      ? {
          number: newest.number,
          connectedAt: newest.connected_at,
          endedAt: newest.disconnected_at,
          keepAliveSeconds: newest.keep_alive_seconds,
          network: networkOf(newest.address),
          address: newest.address,
        }
      : null,
    sessions: await countOf(db, "select count(*)::int as count from session where device_id = $1", [deviceId]),
    endsLastDay: sessions.filter(
      ({ disconnected_at, disconnect_reason }) => disconnected_at !== null && disconnected_at > dayAgo && countsAsEnd(disconnect_reason),
    ).length,
    goodbyes: goodbyesOf(sessions),
    plannedSleepMs: device.sleep_seconds === null ? null : device.sleep_seconds * 1000,
    token: await tokenOf(db, newest?.token_id),
    validTokens: await countOf(db, "select count(*)::int as count from access_token where device_id = $1 and revoked_at is null and expires_at > $2", [
      deviceId,
      now,
    ]),
    outage: await outageOf(db, deviceId, device.since),
    neighbours: await neighboursOf(db, deviceId, device, now),
    refusals: await refusalsOf(db, fleetId, deviceId, dayAgo),
    secondHolder: secondHolderOf(sessions, dayAgo),
    newNetwork: await newNetworkOf(db, deviceId, newest),
    clock: await clockOf(db, deviceId, now),
    posture: await oddPosture(db, deviceId, device.profile_id),
    brokerAlive:
      (await countOf(db, "select count(*)::int as count from broker_run where ended_at is null and alive_at > $1", [new Date(now.getTime() - HEARTBEAT_MS)])) >
      0,
  };
}

async function countOf(db: Queryable, text: string, values: unknown[]): Promise<number> {
  const { rows } = await db.query<{ count: number }>(text, values);
  return rows[0]?.count ?? 0;
}

async function readSessions(db: Queryable, deviceId: string): Promise<SessionRow[]> {
  const { rows } = await db.query<SessionRow>(
    `select number, token_id, address, keep_alive_seconds, connected_at, disconnected_at, disconnect_reason
     from session where device_id = $1 order by number desc limit ${SESSIONS}`,
    [deviceId],
  );
  return rows;
}

/** Ends by our own side and of a token say nothing about the device's connection. */
function countsAsEnd(reason: string | null): boolean {
  return reason !== null && !["SERVER_INITIATED_DISCONNECT", "SERVER_ERROR", "TOKEN_EXPIRED", "TOKEN_REVOKED"].includes(reason);
}

function goodbyesOf(sessions: readonly SessionRow[]): DeviceFacts["goodbyes"] {
  const earlier = sessions.slice(1, 11).filter(({ disconnected_at }) => disconnected_at !== null);
  const clean = earlier.filter(({ disconnect_reason }) => disconnect_reason === "CLIENT_INITIATED_DISCONNECT");
  const pauses = clean.flatMap((one) => {
    const next = sessions[sessions.indexOf(one) - 1];
    return next && one.disconnected_at ? [next.connected_at.getTime() - one.disconnected_at.getTime()] : [];
  });
  const middle = pauses.sort((a, b) => a - b)[Math.floor(pauses.length / 2)];
  return { ended: earlier.length, clean: clean.length, usualPauseMs: middle ?? null };
}

async function tokenOf(db: Queryable, tokenId: string | undefined): Promise<DeviceFacts["token"]> {
  const { rows } = await db.query<{ id: string; expires_at: Date; revoked_at: Date | null }>(
    "select id, expires_at, revoked_at from access_token where id = $1",
    [tokenId ?? ""],
  );
  return rows[0] ? { id: rows[0].id, expiresAt: rows[0].expires_at, revokedAt: rows[0].revoked_at } : null;
}

async function outageOf(db: Queryable, deviceId: string, since: Date): Promise<DeviceFacts["outage"]> {
  const { rows } = await db.query<NonNullable<DeviceFacts["outage"]> & { factor: FactorKind }>(
    `select o.id, o.factor, o.label, o.closed_at is not null as over,
       (select count(*)::int from outage_device x where x.outage_id = o.id) as devices,
       (select count(*)::int from outage_device x where x.outage_id = o.id and x.back_at is null) as away
     from outage_device m join outage o on o.id = m.outage_id where m.device_id = $1 and m.lost_at = $2 and m.back_at is null
     order by o.opened_at desc limit 1`,
    [deviceId, since],
  );
  return rows[0] ?? null;
}

/** Others that are not retired and have ever connected, as they are now; those away for more than a day are no neighbours. */
/** A neighbour that is away in an outage of its own (its token batch, its firmware) says nothing about the place; one of the device's own outage does. */
const IN_ANOTHER_OUTAGE = `exists (
  select 1 from outage_device m join outage o on o.id = m.outage_id and o.closed_at is null
  where m.device_id = d.id and m.lost_at = p.since
    and not exists (select 1 from outage_device own where own.outage_id = o.id and own.device_id = $2 and own.back_at is null))`;

async function neighboursOf(db: Queryable, deviceId: string, device: Row, now: Date): Promise<DeviceFacts["neighbours"]> {
  const [column, value] = device.site_id === null ? ["profile_id", device.profile_id] : ["site_id", device.site_id];
  const { rows } = await db.query<{ connected: number; away: number }>(
    `select count(*) filter (where p.state in ('online', 'silent', 'flapping'))::int as connected,
       count(*) filter (where p.state in ('offline', 'unknown') and p.since > $3 and not ${IN_ANOTHER_OUTAGE})::int as away
     from device d join presence p on p.device_id = d.id where d.${column} = $1 and d.id <> $2 and d.lifecycle in ('active', 'pending')`,
    [value, deviceId, new Date(now.getTime() - DAY_MS)],
  );
  return { where: device.site_name ?? `the profile ${device.profile_name}`, connected: rows[0]?.connected ?? 0, away: rows[0]?.away ?? 0 };
}

async function refusalsOf(db: Queryable, fleetId: string, deviceId: string, from: Date): Promise<Refused[]> {
  const { rows } = await db.query<Omit<Refused, "network" | "firstAt" | "lastAt"> & { first_at: Date; last_at: Date }>(
    `select action, reason, sum(count)::int as count, min(first_at) as first_at, max(last_at) as last_at, address
     from refusal where fleet_id = $1 and device_id = $2 and last_at > $3 group by action, reason, address order by max(last_at) desc limit 50`,
    [fleetId, deviceId, from],
  );
  return rows.map(({ first_at, last_at, ...row }) => ({
    ...row,
    firstAt: first_at,
    lastAt: last_at,
    network: row.address === "" ? null : networkOf(row.address),
  }));
}

/** Take-overs between networks. A device that reconnects before we noticed its loss takes its own place, from the same network. */
function secondHolderOf(sessions: readonly SessionRow[], from: Date): DeviceFacts["secondHolder"] {
  const takeovers = sessions.flatMap((ended, index) => {
    const next = sessions[index - 1];
    const recent = ended.disconnected_at !== null && ended.disconnected_at > from;
    if (!next || !recent || ended.disconnect_reason !== "DUPLICATE_CLIENTID" || networkOf(next.address) === networkOf(ended.address)) return [];
    return [{ at: ended.disconnected_at ?? from, networks: [networkOf(ended.address), networkOf(next.address)] }];
  });
  const [last] = takeovers;
  if (!last || takeovers.length < 2) return null;
  const networks = [...new Set(takeovers.flatMap((one) => one.networks))].filter((network) => network !== null).sort();
  return { count: takeovers.length, networks, lastAt: last.at };
}

async function newNetworkOf(db: Queryable, deviceId: string, newest: SessionRow | undefined): Promise<DeviceFacts["newNetwork"]> {
  const to = newest && networkOf(newest.address);
  if (!newest || !to) return null;
  const { rows } = await db.query<{ address: string; count: number }>(
    `select address, count(*)::int as count from session where device_id = $1 and number < $2 and connected_at > $3 group by address order by count(*) desc limit 200`,
    [deviceId, newest.number, new Date(newest.connected_at.getTime() - 30 * DAY_MS)],
  );
  const before = rows.flatMap(({ address }) => networkOf(address) ?? []);
  const sessions = rows.reduce((sum, { count }) => sum + count, 0);
  // Two sessions are no habit yet.
  if (sessions < 3 || before.includes(to) || new Set(before).size > 2) return null;
  return { from: [...new Set(before)].join(" and "), to };
}

/** By the newest messages of the last two days: the last one's offset, and how far it is from the middle of those before. */
async function clockOf(db: Queryable, deviceId: string, now: Date): Promise<DeviceFacts["clock"]> {
  const { rows } = await db.query<{ off: number }>(
    `select extract(epoch from min(time - received_at))::float8 as off from (
       select time, received_at from measurement where device_id = $1 and received_at > $2 and time > $2::timestamptz - interval '2 days' order by received_at desc limit 200
     ) m group by received_at order by received_at desc limit 20`,
    [deviceId, new Date(now.getTime() - 2 * DAY_MS)],
  );
  const [last, ...before] = rows.map(({ off }) => off);
  if (last === undefined) return null;
  const middle = [...before].sort((a, b) => a - b)[Math.floor(before.length / 2)] ?? last;
  return { offSeconds: Math.round(last), jumpSeconds: before.length < 3 ? 0 : Math.round(last - middle) };
}
