import type { PoolClient } from "pg";
import type { FactorKind } from "@/lib/domain/outages/factors";

interface Shared {
  factor: FactorKind;
  value: string;
}

/** Names of sites, gateways and profiles of this fleet; everything else is known by its value. */
export async function withLabels<T extends Shared>(client: PoolClient, fleetId: string, shared: readonly T[]): Promise<(T & { label: string })[]> {
  const values = shared.map(({ value }) => value);
  const { rows } = await client.query<{ id: string; name: string }>(
    "select id, name from site where fleet_id = $1 and id = any($2) union all select id, name from profile where fleet_id = $1 and id = any($2) union all select id, name from device where fleet_id = $1 and id = any($2)",
    [fleetId, values],
  );
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  return shared.map((entry) => ({ ...entry, label: entry.factor === "fleet" ? "Whole fleet" : (names.get(entry.value) ?? entry.value) }));
}
