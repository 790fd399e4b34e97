import { type DeviceList, deviceListInputSchema } from "@/lib/domain/devices/device-view";
import { PRESENCE_STATES, type PresenceState } from "@/lib/protocol/presence";
import { authorize } from "@/lib/server/context";
import { readVerb } from "@/lib/server/verb";
import { cursorAfter, facetsQuery, pageQuery, readSearch } from "./device-search";
import { loadDeviceRows } from "./load-device-rows";

/** One page of the devices that match, their exact number, and the counts per state of the same search. */
export const listDevices = readVerb({
  permission: "devices:read",
  input: deviceListInputSchema,
  async run(ctx, input): Promise<DeviceList> {
    const { pool } = ctx.database;
    const search = readSearch(input);
    // Who may not see values must not find them out by asking for devices above and below them.
    if (search.asksForMetrics) authorize(ctx, "telemetry:read");
    const now = ctx.clock.now();
    const [pageOf, facetsOf] = [pageQuery(ctx.fleetId, search, now), facetsQuery(ctx.fleetId, search, now)];
    const [found, counted] = await Promise.all([
      pool.query<{ id: string }>(pageOf.text, pageOf.values),
      pool.query<{ state: PresenceState; count: number }>(facetsOf.text, facetsOf.values),
    ]);
    const facets = Object.fromEntries(PRESENCE_STATES.map((state) => [state, 0])) as DeviceList["facets"];
    for (const { state, count } of counted.rows) facets[state] = count;
    const wanted = search.states ?? PRESENCE_STATES;
    const page = found.rows.slice(0, search.limit);
    const last = page.at(-1);
    return {
      items: await loadDeviceRows(
        ctx,
        page.map(({ id }) => id),
      ),
      nextCursor: found.rows.length > search.limit && last ? cursorAfter(search, last) : null,
      total: wanted.reduce<number>((sum, state) => sum + facets[state], 0),
      facets,
    };
  },
});
