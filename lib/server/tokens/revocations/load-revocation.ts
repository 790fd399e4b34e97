import { createHash } from "node:crypto";
import type { ReceiptFacts, RevokedSessionFacts } from "@/lib/domain/tokens/receipt";
import { type Queryable, runQuery } from "../../query/run-query";

export interface RevocationRecord {
  id: string;
  fleetId: string;
  at: Date;
  actorKind: string;
  actorId: string;
  actorName: string;
  reason: string;
  selector: unknown;
  settledAt: Date | null;
  receipt: string | null;
  receiptVersion: number;
}

/**
 * The sessions of a revocation as they are known this moment: an end that the embedded broker has recorded counts, whether or not
 * the worker has taken it over yet.
 */
export async function loadRevokedSessions(db: Queryable, revocationId: string, limit: number): Promise<RevokedSessionFacts[]> {
  return runQuery<RevokedSessionFacts>(
    db,
    `select k.broker, k.client_id as "clientId", k.subject, k.token_id as "tokenId", k.address, k.connected_at as "connectedAt",
            coalesce(k.cut_at, s.disconnected_at) as "cutAt", coalesce(k.end_reason, s.disconnect_reason) as "endReason"
     from revoked_session k left join session s on s.number = k.session_number and k.session_number > 0
     where k.revocation_id = $1::text order by coalesce(k.cut_at, s.disconnected_at) nulls first, k.id limit $2::int`,
    [revocationId, limit],
  );
}

export async function loadReceiptFacts(db: Queryable, row: RevocationRecord): Promise<ReceiptFacts> {
  const sessions = await loadRevokedSessions(db, row.id, MOST_SESSIONS);
  const tokens = await runQuery<{ id: string }>(db, 'select token_id as id from revoked_token where revocation_id = $1::text order by token_id collate "C"', [
    row.id,
  ]);
  const tokenIds = tokens.map(({ id }) => id);
  return {
    id: row.id,
    fleetId: row.fleetId,
    actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
    at: row.at,
    reason: row.reason,
    selector: row.selector as Record<string, string>,
    tokenIds,
    tokensDigest: createHash("sha256")
      .update(tokenIds.map((id) => `${id}\n`).join(""))
      .digest("hex"),
    sessions,
    reconnectsRefused: await countRefusedReconnects(db, row.id, row.at),
  };
}

/** More than an installation has. */
const MOST_SESSIONS = 100_000;

/**
 * CONNECTs with these tokens that were refused since, at least: refusals are counted per hour, and of an hour that began before,
 * only one is sure to have come after.
 */
export async function countRefusedReconnects(db: Queryable, revocationId: string, at: Date): Promise<number> {
  const rows = await runQuery<{ count: number }>(
    db,
    `select coalesce(sum(case when f.first_at >= $2::timestamptz then f.count else 1 end), 0)::int as count
     from revoked_token k join refusal f on f.token_id = k.token_id
     where k.revocation_id = $1::text and f.action = 'connect' and f.last_at >= $2::timestamptz`,
    [revocationId, at],
  );
  return rows[0]?.count ?? 0;
}
