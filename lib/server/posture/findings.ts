import { type FindingView, findingSchema } from "@/lib/domain/posture/posture-view";
import type { Queryable } from "../database/queryable";

interface Row {
  device_id: string;
  kind: string;
  what: string;
  verdict: string;
  evidence: string;
  since: Date;
  last_at: Date;
  ended_at: Date | null;
}

const COLUMNS = "f.device_id, f.kind, f.what, f.verdict, f.evidence, f.since, f.last_at, f.ended_at";
/** Violations first, then what is allowed, then loopback. */
const ORDER = "array_position(array['violation', 'allowed', 'loopback'], f.verdict), f.since desc, f.id";
const ENDED_ONES = 20;

/** What the newest reports of these devices show, by device. */
export async function openFindings(db: Queryable, deviceIds: readonly string[]): Promise<Map<string, FindingView[]>> {
  const { rows } = await db.query<Row>(`select ${COLUMNS} from posture_finding f where f.device_id = any($1) and f.ended_at is null order by ${ORDER}`, [
    deviceIds,
  ]);
  const found = new Map<string, FindingView[]>();
  for (const row of rows) found.set(row.device_id, [...(found.get(row.device_id) ?? []), view(row)]);
  return found;
}

/** Of one device: what holds, then the newest violations that ended. */
export async function findingsOf(db: Queryable, deviceId: string): Promise<FindingView[]> {
  const { rows } = await db.query<Row>(
    `(select ${COLUMNS} from posture_finding f where f.device_id = $1 and f.ended_at is null order by ${ORDER})
     union all
     (select ${COLUMNS} from posture_finding f where f.device_id = $1 and f.ended_at is not null and f.verdict = 'violation' order by f.ended_at desc limit ${ENDED_ONES})`,
    [deviceId],
  );
  return rows.map(view);
}

function view({ kind, what, verdict, evidence, since, last_at, ended_at }: Row): FindingView {
  return findingSchema.parse({
    kind,
    what,
    verdict,
    evidence,
    since: since.toISOString(),
    lastAt: last_at.toISOString(),
    endedAt: ended_at?.toISOString() ?? null,
  });
}
