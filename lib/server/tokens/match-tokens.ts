import { TOKEN_CATALOGUE } from "@/lib/domain/tokens/token-fields";
import { type Bind, compileQuery } from "../query/compile-query";
import { readActionQuery } from "../query/read-query";
import { type Queryable, runQuery } from "../query/run-query";
import { tokenConditions } from "./token-conditions";

/**
 * How many tokens of the fleet an action would meet: expired and revoked ones too, unless the query says `state:live`. An empty
 * query is refused. Metrics are answered whoever asks: the calling verb needs a permission that includes telemetry.
 * Throws `invalid_input` with the column of what is wrong.
 */
export async function countTokens(db: Queryable, fleetId: string, query: string, now: Date): Promise<number> {
  const { where, values } = matching(fleetId, query, now);
  const [row] = await runQuery<{ count: number }>(db, `select count(*)::int as count from access_token t where ${where}`, values);
  return row?.count ?? 0;
}

/** Their ids in the order of ids, at most `limit`. */
export async function tokenIdsMatching(db: Queryable, fleetId: string, query: string, now: Date, limit: number): Promise<string[]> {
  const { where, values } = matching(fleetId, query, now);
  const text = `select t.id from access_token t where ${where} order by t.id limit $${values.length + 1}::int`;
  return (await runQuery<{ id: string }>(db, text, [...values, limit])).map(({ id }) => id);
}

function matching(fleetId: string, text: string, now: Date): { where: string; values: unknown[] } {
  const values: unknown[] = [fleetId];
  const bind: Bind = (value) => `$${values.push(value)}`;
  const condition = compileQuery(readActionQuery(text, TOKEN_CATALOGUE), tokenConditions({ fleet: "$1", bind, now }));
  return { where: `t.fleet_id = $1::text and ${condition}`, values };
}
