import type { PoolClient } from "pg";
import { diagnose } from "@/lib/domain/diagnosis/diagnose";
import type { TamperJudgement } from "@/lib/domain/diagnosis/judge-tamper";
import { withLock } from "../database/with-lock";
import type { StepContext } from "../step";
import { loadFacts } from "./load-facts";

/** An absence is judged once it is clear whether it belongs to an outage ... */
const SETTLED_MS = 15_000;
/** ... again every minute for an hour (what is tried afterwards says something, too), and while it is suspected ... */
const AGAIN_MS = 60_000;
const FRESH_MS = 3_600_000;
/** ... and later, when something was refused since, after so long. */
const SELDOM_MS = 900_000;
/** Devices per look. */
const LIMIT = 100;

interface Candidate {
  device_id: string;
  fleet_id: string;
  name: string;
  since: Date;
  suspected: boolean | null;
}

/**
 * Judges devices that vanished alone, and those whose identity is used twice or tried while they are in the dark. Keeps the newest
 * verdict per device with its likely cause, and tells consoles when suspicion begins. Answers how many devices were judged.
 */
export async function judgeTamperVerdicts({ database, clock }: StepContext): Promise<number> {
  return withLock(database.pool, "tamper", async (client) => {
    const now = clock.now();
    const candidates = await findCandidates(client, now);
    for (const candidate of candidates) {
      const facts = await loadFacts(client, candidate.fleet_id, candidate.device_id, now);
      if (!facts) continue;
      const { tamper, hypotheses } = diagnose(facts, { id: candidate.device_id, name: candidate.name });
      const [first] = hypotheses;
      await write(client, candidate, { ...tamper, likely: first && first.likelihood !== "ruled_out" ? first.key : "unexplained" }, now);
      if (tamper.suspected && !candidate.suspected) await announce(client, candidate, tamper, now);
    }
    return candidates.length;
  });
}

/** Went away in an outage that is still open: that explains it. */
const EXPLAINED = `exists (select 1 from outage_device m join outage o on o.id = m.outage_id and o.closed_at is null
  where m.device_id = p.device_id and m.lost_at = p.since)`;
const refusedSince = (time: string) => `exists (select 1 from refusal r where r.fleet_id = p.fleet_id and r.device_id = p.device_id and r.last_at >= ${time})`;

async function findCandidates(client: PoolClient, now: Date): Promise<Candidate[]> {
  const before = (ms: number) => new Date(now.getTime() - ms);
  const { rows } = await client.query<Candidate>(
    `select p.device_id, p.fleet_id, d.name, p.since, v.suspected
     from presence p join device d on d.id = p.device_id and d.lifecycle in ('active', 'pending')
     left join tamper_verdict v on v.device_id = p.device_id
     where (v.judged_at is null or v.judged_at <= $2 or (p.state = 'offline' and v.since <> p.since))
       and (
         (p.state = 'offline' and p.since <= $1 and (${refusedSince("p.since")} or not ${EXPLAINED})
           and (v.since is distinct from p.since or v.likely is null or p.since > $3 or v.likely = 'outage'
             or (v.judged_at <= $4 and ${refusedSince("v.judged_at")})))
         or v.suspected
         or (p.state in ('online', 'silent', 'flapping') and (p.recent_ends->-1->>'at')::timestamptz > $5)
       )
     order by v.judged_at nulls first, p.since desc limit ${LIMIT}`,
    [before(SETTLED_MS), before(AGAIN_MS), before(FRESH_MS), before(SELDOM_MS), before(10 * AGAIN_MS)],
  );
  return rows;
}

type Verdict = TamperJudgement & { likely: string };

async function write(client: PoolClient, { device_id, fleet_id, since }: Candidate, { suspected, score, evidence, likely }: Verdict, now: Date): Promise<void> {
  await client.query(
    `insert into tamper_verdict as v (device_id, fleet_id, since, suspected, suspected_at, score, evidence, judged_at, likely)
     values ($1, $2, $3, $4, case when $4 then $7::timestamptz end, $5, $6, $7, $8)
     on conflict (device_id) do update set since = excluded.since, suspected = excluded.suspected, score = excluded.score, evidence = excluded.evidence,
       likely = excluded.likely, judged_at = excluded.judged_at, suspected_at = case when excluded.suspected then coalesce(v.suspected_at, excluded.suspected_at) end`,
    [device_id, fleet_id, since, suspected, score, JSON.stringify(evidence), now, likely],
  );
}

async function announce(client: PoolClient, { device_id, fleet_id, name }: Candidate, { evidence }: TamperJudgement, now: Date): Promise<void> {
  const event = {
    id: `${device_id}-tamper-${now.getTime()}`,
    at: now.toISOString(),
    kind: "alert",
    deviceId: device_id,
    deviceName: name,
    mark: "tamper",
    text: `Tamper suspected: ${name}. ${evidence[0]?.text ?? ""}`.trim(),
    group: "show signs of tampering",
    site: null,
  };
  await client.query("insert into outbox (fleet_id, kind, payload, available_at) values ($1, 'live.publish', $2, $3)", [fleet_id, { events: [event] }, now]);
}
