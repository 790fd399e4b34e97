import { z } from "zod";
import { ATTENTION_ORDER } from "@/lib/domain/devices/attention";
import type { deviceListInputSchema } from "@/lib/domain/devices/device-view";
import { decodeCursor, encodeCursor } from "@/lib/server/database/cursor";
import { containing } from "@/lib/server/database/like";

export type DeviceSearch = z.output<typeof deviceListInputSchema>;

/** `siteId` for devices that stand at no site. */
const NO_SITE = "none";

const millis = (column: string) => `(extract(epoch from ${column}) * 1000)::bigint`;
const rank = `array_position('{${ATTENTION_ORDER.join(",")}}'::text[], p.state::text)`;
const number = z.number().int();
const FAR = Number.MAX_SAFE_INTEGER;

/**
 * Each sort is a list of expressions that go up together (or down together), with the id last, so that the place after a
 * row is one row comparison: stable, whatever changes between two pages. Devices never seen come last either way.
 */
const SORTS = {
  attention: { keys: [rank, `-${millis("p.since")}`], types: [number, number], down: false },
  name: { keys: ["lower(d.name)"], types: [z.string()], down: false },
  "-name": { keys: ["lower(d.name)"], types: [z.string()], down: true },
  since: { keys: [millis("p.since")], types: [number], down: false },
  "-since": { keys: [millis("p.since")], types: [number], down: true },
  lastSeen: { keys: [`coalesce(${millis("p.last_seen_at")}, ${FAR})`], types: [number], down: false },
  "-lastSeen": { keys: [`coalesce(${millis("p.last_seen_at")}, -1)`], types: [number], down: true },
} as const satisfies Record<DeviceSearch["sort"], { keys: readonly string[]; types: readonly z.ZodType[]; down: boolean }>;

export interface Query {
  text: string;
  values: unknown[];
}

/** The tables and conditions that page and facets share. Parameters 1 to 4. */
function base(fleetId: string, search: DeviceSearch): Query {
  const conditions = ["d.fleet_id = $1", `d.lifecycle = any($2::"Lifecycle"[])`];
  const values: unknown[] = [fleetId, search.lifecycle];
  if (search.q) {
    values.push(containing(search.q));
    conditions.push(`(d.name ilike $${values.length} or d.id ilike $${values.length} or s.name ilike $${values.length})`);
  }
  if (search.siteId === NO_SITE) conditions.push("d.site_id is null");
  else if (search.siteId !== undefined) {
    values.push(search.siteId);
    conditions.push(`d.site_id = $${values.length}`);
  }
  const text = `from device d join presence p on p.device_id = d.id left join site s on s.id = d.site_id where ${conditions.join(" and ")}`;
  return { text, values };
}

export function facetsQuery(fleetId: string, search: DeviceSearch): Query {
  const { text, values } = base(fleetId, search);
  return { text: `select p.state, count(*)::int as count ${text} group by p.state`, values };
}

/** One row more than `limit`, to know whether there is a next page. */
export function pageQuery(fleetId: string, search: DeviceSearch): Query {
  const { text, values } = base(fleetId, search);
  const { keys, types, down } = SORTS[search.sort];
  const conditions: string[] = [];
  if (search.state?.length) {
    values.push(search.state);
    conditions.push(`and p.state = any($${values.length}::"PresenceState"[])`);
  }
  if (search.cursor !== undefined) {
    const place = decodeCursor(search.cursor, identity(search), [...types, z.string().max(64)]);
    const parameters = place.map((value) => {
      values.push(value);
      return `$${values.length}`;
    });
    conditions.push(`and (${[...keys, "d.id"].join(", ")}) ${down ? "<" : ">"} (${parameters.join(", ")})`);
  }
  values.push(search.limit + 1);
  const direction = down ? "desc" : "asc";
  const order = [...keys, "d.id"].map((key) => `${key} ${direction}`).join(", ");
  const sortKey = keys.map((key, index) => `${key} as key_${index}`).join(", ");
  return { text: `select d.id, ${sortKey} ${text} ${conditions.join(" ")} order by ${order} limit $${values.length}`, values };
}

export function cursorAfter(search: DeviceSearch, row: Record<string, unknown>): string {
  const { keys, types } = SORTS[search.sort];
  const place = keys.map((_, index) => (types[index] === number ? Number(row[`key_${index}`]) : String(row[`key_${index}`])));
  return encodeCursor(identity(search), [...place, String(row.id)]);
}

/** What must be the same for a cursor to mean a place in the list. */
function identity({ q, state, siteId, sort, lifecycle }: DeviceSearch): object {
  return { q: q || undefined, state: state && [...state].sort(), siteId, sort, lifecycle: [...lifecycle].sort() };
}
