import type { PoolClient } from "pg";
import { newId } from "@/lib/base/ids";
import type { Explanation } from "@/lib/domain/outages/explain-losses";
import type { Member } from "@/lib/domain/outages/track-outages";
import type { PresenceCause } from "@/lib/protocol/presence";
import { withLabels } from "./labels";
import type { StoredOutage } from "./load-situation";

export interface KnownMember extends Member {
  cause: PresenceCause;
}

/** A new outage of the devices that the explanation names. Answers its id. */
export async function openOutage(client: PoolClient, fleetId: string, explanation: Explanation, known: readonly KnownMember[], now: Date): Promise<string> {
  const id = newId("outage");
  const members = membersOf(explanation, known);
  const { label, alsoShared } = await named(client, fleetId, explanation);
  await client.query(
    `insert into outage (id, fleet_id, factor, value, label, started_at, opened_at, statistic, also_shared)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [id, fleetId, explanation.factor, explanation.value, label, startOf(members, now), now, JSON.stringify(explanation.statistic), JSON.stringify(alsoShared)],
  );
  await setMembers(client, id, members);
  return id;
}

/** What is known now about an outage that still forms: its factor, its devices, and the odds. Writes only what changed. */
export async function understandAnew(
  client: PoolClient,
  fleetId: string,
  before: StoredOutage,
  explanation: Explanation,
  known: readonly KnownMember[],
): Promise<void> {
  const members = membersOf(explanation, known);
  const lostBefore = new Map(before.members.map(({ deviceId, at }) => [deviceId, at.getTime()]));
  // Thousands of devices join in a row of looks: only what is new about them is written.
  const news = members.filter(({ deviceId, at }) => lostBefore.get(deviceId) !== at.getTime());
  const same = before.factor === explanation.factor && before.value === explanation.value && news.length === 0 && members.length === before.members.length;
  if (same) return;
  const { label, alsoShared } = await named(client, fleetId, explanation);
  await client.query(
    "update outage set factor = $2, value = $3, label = $4, started_at = $5, statistic = $6, also_shared = $7, version = version + 1 where id = $1",
    [
      before.id,
      explanation.factor,
      explanation.value,
      label,
      startOf(members, before.startedAt),
      JSON.stringify(explanation.statistic),
      JSON.stringify(alsoShared),
    ],
  );
  await client.query("delete from outage_device where outage_id = $1 and not (device_id = any($2))", [before.id, explanation.deviceIds]);
  await setMembers(client, before.id, news);
}

/** Devices that went away for the settled reason of an open outage. */
export async function joinOutage(client: PoolClient, outageId: string, members: readonly KnownMember[]): Promise<void> {
  await setMembers(client, outageId, members);
  await client.query("update outage set version = version + 1 where id = $1", [outageId]);
}

/** `without`: devices that belong to another outage from now on. */
export async function closeOutage(
  client: PoolClient,
  { id }: Pick<StoredOutage, "id">,
  { at, reason, without = [] }: { at: Date; reason: "returned" | "left_behind"; without?: readonly string[] },
): Promise<void> {
  await client.query("delete from outage_device where outage_id = $1 and device_id = any($2)", [id, without]);
  await client.query("update outage set closed_at = $2, closed_reason = $3, version = version + 1 where id = $1", [id, at, reason]);
}

/** It turned out to be a part of another one, which takes its devices. */
export async function mergeOutage(client: PoolClient, id: string, intoId: string, now: Date): Promise<void> {
  await client.query("delete from outage_device where outage_id = $1", [id]);
  await client.query("update outage set closed_at = $2, closed_reason = 'merged', merged_into_id = $3, version = version + 1 where id = $1", [id, now, intoId]);
}

/** What came later speaks against a shared cause: its devices stand for themselves again. */
export async function withdrawOutage(client: PoolClient, id: string, now: Date): Promise<void> {
  await client.query("delete from outage_device where outage_id = $1", [id]);
  await client.query("update outage set closed_at = $2, closed_reason = 'withdrawn', version = version + 1 where id = $1", [id, now]);
}

async function named(client: PoolClient, fleetId: string, { factor, value, alsoShared }: Explanation) {
  const [own, ...others] = await withLabels(client, fleetId, [{ factor, value }, ...alsoShared]);
  return { label: own?.label ?? value, alsoShared: others };
}

/** Of a device that is known twice (it was back, and went away again) the newest absence. */
function membersOf({ deviceIds }: Explanation, known: readonly KnownMember[]): KnownMember[] {
  const wanted = new Set(deviceIds);
  const newest = new Map<string, KnownMember>();
  for (const member of known) {
    const other = newest.get(member.deviceId);
    if (wanted.has(member.deviceId) && !(other && other.at > member.at)) newest.set(member.deviceId, member);
  }
  return [...newest.values()];
}

function startOf(members: readonly KnownMember[], otherwise: Date): Date {
  return new Date(Math.min(otherwise.getTime(), ...members.map(({ at }) => at.getTime())));
}

async function setMembers(client: PoolClient, outageId: string, members: readonly KnownMember[]): Promise<void> {
  await client.query(
    `insert into outage_device (outage_id, device_id, lost_at, back_at, cause, factors)
     select $1, device_id, lost_at, back_at, cause, factors
     from unnest($2::text[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::jsonb[]) as m(device_id, lost_at, back_at, cause, factors)
     on conflict (outage_id, device_id) do update set lost_at = excluded.lost_at, back_at = excluded.back_at, cause = excluded.cause, factors = excluded.factors
     where outage_device.lost_at <> excluded.lost_at`,
    [
      outageId,
      members.map(({ deviceId }) => deviceId),
      members.map(({ at }) => at.toISOString()),
      members.map(({ backAt }) => backAt?.toISOString() ?? null),
      members.map(({ cause }) => cause),
      members.map(({ factors }) => JSON.stringify(factors)),
    ],
  );
}
