import type { ComplianceFacts } from "@/lib/domain/compliance/facts";
import { OPENING_STATES } from "@/lib/domain/encryption/key-state";
import { platformPart } from "@/lib/domain/platform/platform-view";
import type { Context } from "../context";
import { readPlatform } from "../platform/get-platform";
import { PROOF_TABLES, proofSql } from "../posture/proof-sql";

/** `$1`: the fleet, `$2`: now. One row per device that is not retired, and what is counted of it. */
const DEVICES = `
  with one as (
    select d.firmware, c.status as configuration, p.state, i.device_id as identity, i.serial, f.encryption, s.transport, k.key_at, a.device_id as pinned, t.ends, t.live, v.listening, v.violating,
           ${proofSql("$2")} as proof, r.received_at > $2::timestamptz - interval '24 hours' and r.inbound is not null as reported
    from ${PROOF_TABLES} join profile f on f.id = d.profile_id
    left join device_identity i on i.device_id = d.id
    left join device_state c on c.device_id = d.id
    left join device_key a on a.device_id = d.id
    left join lateral (select transport from session s where s.device_id = d.id order by s.number desc limit 1) s on true
    left join lateral (select min(created_at) as key_at from content_key k where k.device_id = d.id and k.state = 'active') k on true
    left join lateral (select max(expires_at) as ends, count(*) as live from access_token t
                       where t.device_id = d.id and t.subject_kind = 'device' and t.revoked_at is null and t.expires_at > $2) t on true
    left join lateral (select count(*) filter (where v.kind = 'listener') as listening, count(*) as violating from posture_finding v
                       where v.device_id = d.id and v.ended_at is null and v.verdict = 'violation') v on true
    where d.fleet_id = $1 and d.lifecycle <> 'retired'
  )
  select count(*)::int as devices,
    count(*) filter (where proof = 'proved')::int as proved,
    count(*) filter (where proof in ('listening', 'listened'))::int as listening,
    count(*) filter (where reported)::int as reported,
    count(*) filter (where reported and listening = 0)::int as quiet,
    count(*) filter (where violating > 0)::int as violating,
    count(identity)::int as identities,
    count(serial)::int as serials,
    count(firmware)::int as "firmwareKnown",
    count(configuration)::int as configured,
    count(*) filter (where configuration = 'in_sync')::int as "inSync",
    count(*) filter (where transport = 'tls')::int as "overTls",
    count(*) filter (where transport = 'tcp')::int as "overPlain",
    count(*) filter (where transport = 'ws')::int as "overWebSocket",
    count(*) filter (where encryption = 'required')::int as "encryptionRequired",
    count(*) filter (where encryption = 'optional')::int as "encryptionOptional",
    count(*) filter (where encryption = 'required' or transport = 'tls')::int as confidential,
    count(key_at)::int as "contentKeys",
    count(*) filter (where key_at is not null and pinned is not null)::int as "pinnedKeys",
    extract(epoch from $2::timestamptz - min(key_at))::float8 / 86400 as "oldestKeyDays",
    coalesce(sum(live), 0)::int as "liveTokens",
    count(*) filter (where live = 0)::int as "withoutToken",
    extract(epoch from max(ends) - $2::timestamptz)::float8 / 86400 as "longestTokenDays",
    count(*) filter (where state = 'flapping')::int as flapping
  from one`;

const EVENTS = `
  select
    (select coalesce(sum(count), 0)::int from rejected_message where fleet_id = $1 and last_at > $2::timestamptz - interval '24 hours' and reason = 'plaintext_not_allowed') as leaks,
    (select coalesce(sum(count), 0)::int from rejected_message where fleet_id = $1 and last_at > $2::timestamptz - interval '24 hours') as rejected,
    (select count(distinct device_id)::int from refusal where fleet_id = $1 and reason = 'second_holder' and last_at > $2::timestamptz - interval '30 days') as shared,
    (select coalesce(sum(count), 0)::int from refusal where fleet_id = $1 and last_at > $2::timestamptz - interval '24 hours') as refusals,
    (select count(*)::int from revocation where fleet_id = $1) as revocations,
    (select count(receipt)::int from revocation where fleet_id = $1) as receipts,
    (select max(at) from revocation where fleet_id = $1) as "lastRevocationAt",
    (select count(*)::int from device where fleet_id = $1 and lifecycle = 'retired') as retired,
    (select count(*)::int from device d where d.fleet_id = $1 and d.lifecycle = 'retired' and (
       exists (select 1 from access_token t where t.device_id = d.id and t.revoked_at is null and t.expires_at > $2)
       or exists (select 1 from content_key k where k.device_id = d.id and k.state::text = any($3)))) as "retiredWithAccess",
    (select count(*)::int from outage where fleet_id = $1 and opened_at > $2::timestamptz - interval '30 days') as outages,
    (select count(*)::int from alert_rule where fleet_id = $1 and enabled and kind in ('posture', 'leak', 'offline')) as "securityRules",
    (select count(*)::int from tamper_verdict v join device d on d.id = v.device_id where d.fleet_id = $1 and d.lifecycle <> 'retired' and v.suspected) as "tamperSuspected",
    (select count(*)::int from membership where fleet_id = $1) + (select count(*)::int from api_key where fleet_id = $1 and revoked_at is null) as readers,
    (select token_ttl_max_minutes / 1440.0 from fleet where id = $1)::float8 as "tokenLimitDays"`;

const LOST = `
  select count(*)::int as lost, count(o.back_at)::int as back from outage_device o join outage u on u.id = o.outage_id
  where u.fleet_id = $1 and u.opened_at > $2::timestamptz - interval '30 days'`;

type Counted = Omit<ComplianceFacts, "platform" | "retentionDays" | "lastRevocationAt"> & { lastRevocationAt: Date | null };

/** The figures of this moment, by three statements. */
export async function loadFacts({ database, env, fleetId }: Pick<Context, "database" | "env" | "fleetId">, now: Date): Promise<ComplianceFacts> {
  const { pool } = database;
  const [devices, events, lost, platform] = await Promise.all([
    pool.query<Counted>(DEVICES, [fleetId, now]),
    pool.query<Counted>(EVENTS, [fleetId, now, [...OPENING_STATES]]),
    pool.query<Counted>(LOST, [fleetId, now]),
    readPlatform(database, now),
  ]);
  const [a, b, c] = [devices.rows[0], events.rows[0], lost.rows[0]];
  if (!a || !b || !c) throw new Error("a count without a row");
  return { ...a, ...b, ...c, lastRevocationAt: b.lastRevocationAt?.toISOString() ?? null, retentionDays: env.RETENTION_DAYS, platform: platformPart(platform) };
}
