import { type DeviceList, deviceListInputSchema } from "@/lib/domain/devices/device-view";
import { PRESENCE_STATES, type PresenceState } from "@/lib/protocol/presence";
import { authorize } from "@/lib/server/context";
import { readVerb } from "@/lib/server/verb";
import type { Queryable } from "../database/queryable";
import { cursorAfter, type DeviceSearch, facetsQuery, openingQuery, opensList, pageQuery, type Query, readSearch } from "./device-search";
import { loadDeviceRows } from "./load-device-rows";

type Facets = DeviceList["facets"];
interface Asked {
  fleetId: string;
  search: DeviceSearch;
  now: Date;
}

/** One page of the devices that match, their exact number, and the counts per state of the same search. */
export const listDevices = readVerb({
  permission: "devices:read",
  input: deviceListInputSchema,
  async run(ctx, input): Promise<DeviceList> {
    const { pool } = ctx.database;
    const search = readSearch(input);
    // Who may not see values must not find them out by asking for devices above and below them.
    if (search.asksForMetrics) authorize(ctx, "telemetry:read");
    const asked = { fleetId: ctx.fleetId, search, now: ctx.clock.now() };
    const { rows, facets } = opensList(search) ? await openList(pool, asked) : await searchList(pool, asked);
    const wanted = search.states ?? PRESENCE_STATES;
    const page = rows.slice(0, search.limit);
    const last = page.at(-1);
    return {
      items: await loadDeviceRows(
        ctx,
        page.map(({ id }) => id),
      ),
      nextCursor: rows.length > search.limit && last ? cursorAfter(search, last) : null,
      total: totalOf(facets, wanted),
      facets,
    };
  },
});

async function searchList(pool: Queryable, { fleetId, search, now }: Asked): Promise<{ rows: { id: string }[]; facets: Facets }> {
  const [rows, facets] = await Promise.all([rowsOf(pool, pageQuery(fleetId, search, now)), facetsOf(pool, { fleetId, search, now })]);
  return { rows, facets };
}

/** Counts first: they say where the page lies. What changed between the two may leave it short; then it is searched. */
async function openList(pool: Queryable, { fleetId, search, now }: Asked): Promise<{ rows: { id: string }[]; facets: Facets }> {
  const facets = await facetsOf(pool, { fleetId, search, now });
  const opening = openingQuery(fleetId, search, facets, now);
  const rows = opening ? await rowsOf(pool, opening) : [];
  const expected = Math.min(search.limit + 1, totalOf(facets, search.states ?? PRESENCE_STATES));
  return { rows: rows.length < expected ? await rowsOf(pool, pageQuery(fleetId, search, now)) : rows, facets };
}

const rowsOf = async (pool: Queryable, { text, values }: Query) => (await pool.query<{ id: string }>(text, values)).rows;

async function facetsOf(pool: Queryable, { fleetId, search, now }: Asked): Promise<Facets> {
  const { text, values } = facetsQuery(fleetId, search, now);
  const { rows } = await pool.query<{ state: PresenceState; count: number }>(text, values);
  const facets = Object.fromEntries(PRESENCE_STATES.map((state) => [state, 0])) as Facets;
  for (const { state, count } of rows) facets[state] = count;
  return facets;
}

const totalOf = (facets: Facets, wanted: readonly PresenceState[]) => wanted.reduce<number>((sum, state) => sum + facets[state], 0);
