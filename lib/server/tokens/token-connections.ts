import type { ConnectionView } from "@/lib/domain/tokens/token-view";
import type { Context } from "../context";

/**
 * Where tokens are connected now, newest first: open sessions of the embedded broker, and what logged in at others and has not
 * ended as far as we know (they do not tell us of a client that left by itself).
 */
export async function openConnections({ database, fleetId, clock }: Context, tokenIds: readonly string[]): Promise<Map<string, ConnectionView[]>> {
  const { rows } = await database.pool.query<Omit<ConnectionView, "since"> & { tokenId: string; since: Date }>(
    `select token_id as "tokenId", 'embedded' as broker, client_id as "clientId", nullif(address, '') as address, connected_at as since
     from session where token_id = any($1) and fleet_id = $2 and disconnected_at is null
     union all
     select l.token_id, l.broker, l.client_id, null, l.at from broker_login l join access_token t on t.id = l.token_id
     where l.token_id = any($1) and t.fleet_id = $2 and l.expires_at > $3
     order by since desc`,
    [tokenIds, fleetId, clock.now()],
  );
  const open = new Map<string, ConnectionView[]>();
  for (const { tokenId, since, ...row } of rows) open.set(tokenId, [...(open.get(tokenId) ?? []), { ...row, since: since.toISOString() }]);
  return open;
}
