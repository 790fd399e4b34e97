import { type Queryable, runQuery } from "../../query/run-query";

export interface RevokedSessionsQuery {
  revocationId: string;
  fleetId: string;
  now: Date;
  tokenIds: readonly string[];
  cutoff?: { subject: string; issuedBefore: Date } | undefined;
}

const COLUMNS = "revocation_id, token_id, subject, broker, client_id, address, session_number, connected_at";

/**
 * Those at RabbitMQ are settled by their logins there, not by what its events tell.
 * Keeps every session that is open now with these tokens: of embedded brokers whose run has not ended (also of one that is silent:
 * it may serve on without Postgres), and the logins of other brokers. After the tokens' rows are locked no further login is recorded.
 */
export async function snapshotSessions(db: Queryable, { revocationId, fleetId, now, tokenIds, cutoff }: RevokedSessionsQuery): Promise<void> {
  await runQuery(
    db,
    `with kept as (insert into revoked_session (${COLUMNS})
       select $1::text, s.token_id, s.subject, r.node, s.client_id, s.address, s.number, s.connected_at
       from session s join broker_run r on r.id = s.broker_run_id
       where s.token_id = any($2::text[]) and s.disconnected_at is null and r.ended_at is null and r.node <> 'rabbitmq'
       union all
       select $1::text, l.token_id, l.subject, l.broker, l.client_id, '', 0, l.at
       from broker_login l where l.token_id = any($2::text[]) and l.expires_at > $3::timestamptz
       on conflict do nothing returning 1)
     select count(*) from kept`,
    [revocationId, tokenIds, now],
  );
  if (cutoff)
    await runQuery(
      db,
      // Sessions with a token that we have no record of.
      `with kept as (insert into revoked_session (${COLUMNS})
         select $1::text, s.token_id, s.subject, r.node, s.client_id, s.address, s.number, s.connected_at
         from session s join broker_run r on r.id = s.broker_run_id
         where s.fleet_id = $2::text and s.subject = $3::text and s.disconnected_at is null and r.ended_at is null and r.node <> 'rabbitmq' and s.connected_at < $4::timestamptz
           and not exists (select 1 from access_token t where t.id = s.token_id)
         on conflict do nothing returning 1)
       select count(*) from kept`,
      [revocationId, fleetId, cutoff.subject, cutoff.issuedBefore],
    );
}

/** Sessions of its tokens that were recorded after the snapshot, though they began before brokers knew. Answers how many. */
export async function addSlippedIn(db: Queryable, revocationId: string, at: Date): Promise<number> {
  const rows = await runQuery<{ id: string }>(
    db,
    `insert into revoked_session (${COLUMNS})
     select $1::text, s.token_id, s.subject, r.node, s.client_id, s.address, s.number, s.connected_at
     from revoked_token k join session s on s.token_id = k.token_id join broker_run r on r.id = s.broker_run_id
     where k.revocation_id = $1::text and r.node <> 'rabbitmq' and (s.disconnected_at > $2::timestamptz or (s.disconnected_at is null and r.ended_at is null))
     on conflict do nothing returning id::text`,
    [revocationId, at],
  );
  return rows.length;
}
