import { z } from "zod";
import { ATTENTION_ORDER } from "@/lib/domain/devices/attention";
import { DEVICE_CATALOGUE } from "@/lib/domain/devices/device-fields";
import { type deviceListInputSchema, LIFECYCLES } from "@/lib/domain/devices/device-view";
import { type QueryNode, termsOf } from "@/lib/domain/query/query-ast";
import { takeTerms } from "@/lib/domain/query/take-terms";
import { PRESENCE_STATES, type PresenceState } from "@/lib/protocol/presence";
import { decodeCursor, encodeCursor } from "@/lib/server/database/cursor";
import { compileQuery } from "@/lib/server/query/compile-query";
import { readQuery } from "@/lib/server/query/read-query";
import { DEVICE_TABLES, deviceConditions } from "./device-conditions";
import { asksForLifecycle } from "./match-devices";

type Asked = z.output<typeof deviceListInputSchema>;

/** A search of the list, its text read. */
export interface DeviceSearch extends Omit<Asked, "q" | "state" | "lifecycle"> {
  q: string;
  /** What the text asks for besides `state:`. */
  query: QueryNode;
  /** States that are wanted, by the parameter and by `state:` in the text; undefined: every one. Facets leave them out. */
  states: readonly PresenceState[] | undefined;
  lifecycle: readonly (typeof LIFECYCLES)[number][];
  asksForMetrics: boolean;
}

/** Throws `invalid_input` with the column of what is wrong in `q`. */
export function readSearch({ q = "", state, lifecycle, ...asked }: Asked): DeviceSearch {
  const whole = readQuery(q, DEVICE_CATALOGUE, "q");
  const { taken, rest } = takeTerms(whole, "state");
  const wanted = [...(state?.length ? [state] : []), ...taken.map(({ values }) => values.map(({ text }) => text.toLowerCase()))];
  const usual = asksForLifecycle(whole) ? LIFECYCLES : LIFECYCLES.filter((one) => one !== "retired");
  return {
    ...asked,
    q,
    query: rest,
    states: wanted.length > 0 ? PRESENCE_STATES.filter((one) => wanted.every((states) => states.includes(one))) : undefined,
    lifecycle: lifecycle ?? usual,
    asksForMetrics: termsOf(whole).some(({ field }) => field === "metric"),
  };
}

/** `siteId` for devices that stand at no site. */
const NO_SITE = "none";

const millis = (column: string) => `(date_part('epoch', ${column}) * 1000)::bigint`;
const rank = `(case p.state ${ATTENTION_ORDER.map((state, index) => `when '${state}' then ${index}`).join(" ")} end)`;
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
} as const satisfies Record<Asked["sort"], { keys: readonly string[]; types: readonly z.ZodType[]; down: boolean }>;

export interface Query {
  text: string;
  values: unknown[];
}

/** Fields that presence answers by itself. */
const OF_PRESENCE = new Set(["state", "last_seen", "since"]);

/** Of the whole fleet, presence alone can be searched and sorted; `device` is asked only for the few that are left out. */
function presenceSuffices({ query, siteId, sort }: DeviceSearch): boolean {
  return siteId === undefined && !sort.endsWith("name") && !hasText(query) && termsOf(query).every(({ field }) => OF_PRESENCE.has(field));
}

function hasText(node: QueryNode): boolean {
  if (node.type === "and" || node.type === "or") return node.parts.some(hasText);
  return node.type === "not" ? hasText(node.part) : node.type === "text";
}

/** The tables and conditions that page and facets share. */
function base(fleetId: string, search: DeviceSearch, now: Date): Query {
  const alone = presenceSuffices(search);
  const values: unknown[] = [fleetId, alone ? LIFECYCLES.filter((one) => !search.lifecycle.includes(one)) : search.lifecycle];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const leftOut = `select from device x where x.id = p.device_id and x.fleet_id = $1 and x.lifecycle = any($2::"Lifecycle"[])`;
  const conditions = alone ? ["p.fleet_id = $1", `not exists (${leftOut})`] : ["d.fleet_id = $1", `d.lifecycle = any($2::"Lifecycle"[])`];
  if (search.query.type !== "all") conditions.push(compileQuery(search.query, deviceConditions({ fleet: "$1", bind, now })));
  if (search.siteId === NO_SITE) conditions.push("d.site_id is null");
  else if (search.siteId !== undefined) conditions.push(`d.site_id = ${bind(search.siteId)}`);
  return { text: `from ${alone ? "presence p" : DEVICE_TABLES} where ${conditions.join(" and ")}`, values };
}

export function facetsQuery(fleetId: string, search: DeviceSearch, now: Date): Query {
  const { text, values } = base(fleetId, search, now);
  return { text: `select p.state, count(*)::int as count ${text} group by p.state`, values };
}

/** One row more than `limit`, to know whether there is a next page. */
export function pageQuery(fleetId: string, search: DeviceSearch, now: Date): Query {
  const { text, values } = base(fleetId, search, now);
  const { keys, types, down } = SORTS[search.sort];
  const conditions: string[] = [];
  if (search.states) {
    values.push(search.states);
    conditions.push(`and p.state = any($${values.length}::"PresenceState"[])`);
  }
  if (search.cursor !== undefined) {
    const place = decodeCursor(search.cursor, identity(search), [...types, z.string().max(64)]);
    const parameters = place.map((value) => {
      values.push(value);
      return `$${values.length}`;
    });
    conditions.push(`and (${[...keys, "p.device_id"].join(", ")}) ${down ? "<" : ">"} (${parameters.join(", ")})`);
  }
  values.push(search.limit + 1);
  const direction = down ? "desc" : "asc";
  const order = [...keys, "p.device_id"].map((key) => `${key} ${direction}`).join(", ");
  const sortKey = keys.map((key, index) => `${key} as key_${index}`).join(", ");
  return { text: `select p.device_id as id, ${sortKey} ${text} ${conditions.join(" ")} order by ${order} limit $${values.length}`, values };
}

/** The list as it is opened: whole fleet, most urgent first, from the beginning. */
export const opensList = (search: DeviceSearch): boolean =>
  search.sort === "attention" && search.cursor === undefined && search.query.type === "all" && presenceSuffices(search);

/**
 * Its page. With the counts per state it is known which states fill the page, and
 * within a state the index has the order: a few rows are read instead of all. Undefined: no device.
 */
export function openingQuery(fleetId: string, search: DeviceSearch, counts: Readonly<Record<PresenceState, number>>, now: Date): Query | undefined {
  const { text, values } = base(fleetId, search, now);
  values.push(search.limit + 1);
  const [of, limit] = [SORTS.attention.keys, `$${values.length}`];
  let room = search.limit + 1;
  const parts: string[] = [];
  for (const state of ATTENTION_ORDER.filter((one) => counts[one] > 0 && (search.states?.includes(one) ?? true))) {
    if (room <= 0) break;
    parts.push(
      `(select p.device_id as id, ${of[0]} as key_0, ${of[1]} as key_1 ${text} and p.state = '${state}' order by p.since desc, p.device_id limit ${limit})`,
    );
    room -= counts[state];
  }
  return parts.length === 0 ? undefined : { text: `select * from (${parts.join(" union all ")}) page order by key_0, key_1, id limit ${limit}`, values };
}

export function cursorAfter(search: DeviceSearch, row: Record<string, unknown>): string {
  const { keys, types } = SORTS[search.sort];
  const place = keys.map((_, index) => (types[index] === number ? Number(row[`key_${index}`]) : String(row[`key_${index}`])));
  return encodeCursor(identity(search), [...place, String(row.id)]);
}

/** What must be the same for a cursor to mean a place in the list. */
function identity({ q, states, siteId, sort, lifecycle }: DeviceSearch): object {
  return { q: q || undefined, states, siteId, sort, lifecycle: [...lifecycle].sort() };
}
