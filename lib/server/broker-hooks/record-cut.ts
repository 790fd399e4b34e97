import type { Database } from "../database/client";

interface CutSession {
  broker: string;
  clientId: string;
  tokenId: string;
}

/** An external broker has confirmed that this session is over: for the receipt of its revocation. */
export async function recordCut(
  pool: Pick<Database["pool"], "query">,
  { broker, clientId, tokenId }: CutSession,
  end: { at: Date; reason: string },
): Promise<void> {
  await pool.query(
    `update revoked_session set cut_at = $4, end_reason = $5
     where broker = $1 and client_id = $2 and token_id = $3 and session_number = 0 and (cut_at is null or ($5 = 'TOKEN_REVOKED' and end_reason <> $5))`,
    [broker, clientId, tokenId, end.at, end.reason],
  );
}

/** The same of a broker whose sessions we only learn of when we end them. */
export async function recordFoundCut(
  pool: Pick<Database["pool"], "query">,
  session: CutSession & { subject: string; address: string },
  end: { at: Date; reason: string },
): Promise<void> {
  await pool.query(
    `insert into revoked_session (revocation_id, token_id, subject, broker, client_id, address, cut_at, end_reason)
     select revocation_id, token_id, $1, $2, $3, $4, $6, $7 from revoked_token where token_id = $5
     on conflict (revocation_id, broker, client_id, token_id, session_number) do update set cut_at = excluded.cut_at, end_reason = excluded.end_reason`,
    [session.subject, session.broker, session.clientId, session.address, session.tokenId, end.at, end.reason],
  );
}
