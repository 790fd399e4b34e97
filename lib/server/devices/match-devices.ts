import { DEVICE_CATALOGUE } from "@/lib/domain/devices/device-fields";
import { type QueryNode, termsOf } from "@/lib/domain/query/query-ast";
import { type Bind, compileQuery } from "../query/compile-query";
import { readActionQuery } from "../query/read-query";
import { type Queryable, runQuery } from "../query/run-query";
import { DEVICE_TABLES, deviceConditions } from "./device-conditions";

/**
 * How many devices of the fleet an action would meet. An empty query is refused; retired devices count only where the query
 * names `lifecycle`. Metrics are answered whoever asks: the calling verb needs a permission that includes telemetry.
 * Throws `invalid_input` with the column of what is wrong.
 */
export async function countDevices(db: Queryable, fleetId: string, query: string, now: Date): Promise<number> {
  const { where, values } = matching(fleetId, query, now);
  const [row] = await runQuery<{ count: number }>(db, `select count(*)::int as count from ${DEVICE_TABLES} where ${where}`, values);
  return row?.count ?? 0;
}

/** Their ids in the order of ids, at most `limit`. */
export async function deviceIdsMatching(db: Queryable, fleetId: string, query: string, now: Date, limit: number): Promise<string[]> {
  const { where, values } = matching(fleetId, query, now);
  const text = `select d.id from ${DEVICE_TABLES} where ${where} order by d.id limit $${values.length + 1}::int`;
  return (await runQuery<{ id: string }>(db, text, [...values, limit])).map(({ id }) => id);
}

function matching(fleetId: string, text: string, now: Date): { where: string; values: unknown[] } {
  const query = readActionQuery(text, DEVICE_CATALOGUE);
  const values: unknown[] = [fleetId];
  const bind: Bind = (value) => `$${values.push(value)}`;
  const condition = compileQuery(query, deviceConditions({ fleet: "$1", bind, now }));
  const retired = asksForLifecycle(query) ? "" : " and d.lifecycle <> 'retired'";
  return { where: `d.fleet_id = $1::text${retired} and ${condition}`, values };
}

export const asksForLifecycle = (query: QueryNode): boolean => termsOf(query).some(({ field }) => field === "lifecycle");
