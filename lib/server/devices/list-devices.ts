import { type DeviceList, deviceListInputSchema } from "@/lib/domain/devices/device-view";
import { PRESENCE_STATES, type PresenceState } from "@/lib/protocol/presence";
import { readVerb } from "@/lib/server/verb";
import { cursorAfter, facetsQuery, pageQuery } from "./device-search";
import { loadDeviceRows } from "./load-device-rows";

/** One page of the devices that match, their exact number, and the counts per state of the same search. */
export const listDevices = readVerb({
  permission: "devices:read",
  input: deviceListInputSchema,
  async run(ctx, search): Promise<DeviceList> {
    const { pool } = ctx.database;
    const [pageOf, facetsOf] = [pageQuery(ctx.fleetId, search), facetsQuery(ctx.fleetId, search)];
    const [found, counted] = await Promise.all([
      pool.query<{ id: string }>(pageOf.text, pageOf.values),
      pool.query<{ state: PresenceState; count: number }>(facetsOf.text, facetsOf.values),
    ]);
    const facets = Object.fromEntries(PRESENCE_STATES.map((state) => [state, 0])) as DeviceList["facets"];
    for (const { state, count } of counted.rows) facets[state] = count;
    const wanted: readonly PresenceState[] = search.state?.length ? PRESENCE_STATES.filter((state) => search.state?.includes(state)) : PRESENCE_STATES;
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
