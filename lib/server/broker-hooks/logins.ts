import { aclSchema, type Scope } from "@/lib/protocol/access";
import type { Database } from "../database/client";

export type ExternalBroker = "emqx" | "rabbitmq";

/** Who asks. The broker vouches for both, from the CONNECT that we let in. */
export interface LoginKey {
  broker: ExternalBroker;
  subject: string;
  clientId: string;
}

export interface Login {
  tokenId: string;
  fleetId: string | null;
  deviceId: string | null;
  expiresAt: Date;
  revoked: boolean;
}

type Pool = Pick<Database["pool"], "query">;

/**
 * Keeps which token this connection came with, and sweeps a few logins that ended long ago. False when the token is revoked or
 * unknown: the table decides, not the memory.
 */
export async function recordLogin(pool: Pool, key: LoginKey, { tokenId, now, expiresAt }: { tokenId: string; now: Date; expiresAt: Date }): Promise<boolean> {
  const { rowCount } = await pool.query(
    `with token as (
       update access_token set last_used_at = greatest(last_used_at, $5) where id = $4 and subject = $2 and revoked_at is null returning id
     ), swept as (
       delete from broker_login where (broker, subject, client_id) in (
         select broker, subject, client_id from broker_login
         where expires_at < $5::timestamptz - interval '1 hour' and (broker, subject, client_id) <> ($1, $2, $3) limit 20 for update skip locked)
     )
     insert into broker_login (broker, subject, client_id, token_id, at, expires_at) select $1, $2, $3, id, $5, $6 from token
     on conflict (broker, subject, client_id) do update set token_id = excluded.token_id, at = excluded.at, expires_at = excluded.expires_at`,
    [key.broker, key.subject, key.clientId, tokenId, now, expiresAt],
  );
  return rowCount === 1;
}

/** The newest login of this user and client id. */
export async function findLogin(pool: Pool, key: LoginKey): Promise<Login | undefined> {
  const { rows } = await pool.query<Login>(
    `select l.token_id as "tokenId", t.fleet_id as "fleetId", t.device_id as "deviceId", l.expires_at as "expiresAt", t.revoked_at is not null as revoked
     from broker_login l join access_token t on t.id = l.token_id where l.broker = $1 and l.subject = $2 and l.client_id = $3`,
    [key.broker, key.subject, key.clientId],
  );
  return rows[0];
}

/** What the token was granted. Never changes. */
export async function scopesOf(pool: Pool, tokenId: string): Promise<Scope[]> {
  const { rows } = await pool.query<{ scopes: unknown }>("select scopes from access_token where id = $1", [tokenId]);
  return aclSchema.parse(rows[0]?.scopes);
}
