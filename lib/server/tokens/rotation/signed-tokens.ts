import { type Queryable, runQuery } from "../../query/run-query";

/** Brokers accept a token for a minute after its end (clock tolerance), so that long it can still be revoked. */
const PAST_MS = 120_000;

export interface SignedToken {
  id: string;
  /** Null: of a process of ours. */
  fleetId: string | null;
  /** Of a browser tab, or of a process of ours: they get a new one by themselves, and no receipt tells of them. */
  renewed: boolean;
}

/** Nobody granted it. */
export const RENEWED = "(t.fleet_id is null or (t.subject_kind = 'console' and t.granted_by = ''))";
const HELD = "t.kid = $1::text and t.revoked_at is null and t.expires_at > $2::timestamptz";

/** Tokens of a key that are not over for good, in the order of ids. `lock`: in that order, as brokers lock what they write down. */
export async function tokensSignedBy(db: Queryable, kid: string, now: Date, { lock }: { lock: boolean }): Promise<SignedToken[]> {
  const text = `select t.id, t.fleet_id as "fleetId", ${RENEWED} as renewed from access_token t where ${HELD} order by t.id ${lock ? "for no key update" : ""}`;
  return runQuery<SignedToken>(db, text, [kid, new Date(now.getTime() - PAST_MS)]);
}

/** Is there one still, or one whose key nobody remembers and that may be of it? */
export async function isSpent(db: Queryable, kid: string, now: Date): Promise<boolean> {
  const text = `select 1 from access_token t where (t.kid = $1::text or t.kid is null) and t.revoked_at is null and t.expires_at > $2::timestamptz limit 1`;
  return (await runQuery(db, text, [kid, new Date(now.getTime() - PAST_MS)])).length === 0;
}
