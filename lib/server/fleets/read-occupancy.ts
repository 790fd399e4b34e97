import { type Occupancy, occupancyInputSchema } from "@/lib/domain/fleets/occupancy-view";
import { bucketWidth } from "@/lib/domain/telemetry/bucket-width";
import { readTimeRange } from "@/lib/domain/telemetry/time-range";
import { PRESENCE_STATES, type PresenceState } from "@/lib/protocol/presence";
import { readVerb } from "@/lib/server/verb";

const MINUTE_MS = 60_000;
const AVERAGES = PRESENCE_STATES.map((state) => `round(avg(${state}), 1)::float8 as ${state}`).join(", ");

/** Occupancy over time, from what was counted once a minute. A range costs as many rows as it has minutes, at most 90 days of them. */
export const readOccupancy = readVerb({
  permission: "devices:read",
  input: occupancyInputSchema,
  async run({ database, fleetId, clock }, { points, ...range }): Promise<Occupancy> {
    const { from, to } = readTimeRange(range, clock.now().getTime());
    const bucketMs = Math.max(MINUTE_MS, Math.ceil(bucketWidth(to - from, points) / MINUTE_MS) * MINUTE_MS);
    const { rows } = await database.pool.query<Record<PresenceState, number> & { at: Date }>(
      `select date_bin($4 * interval '1 millisecond', minute, timestamptz 'epoch') as at, ${AVERAGES}
       from presence_count where fleet_id = $1 and minute >= $2 and minute < $3 group by 1 order by 1`,
      [fleetId, new Date(from), new Date(to), bucketMs],
    );
    return {
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      bucketMs,
      items: rows.map(({ at, ...counts }) => ({ at: at.toISOString(), counts })),
    };
  },
});
