import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import type { Overview } from "@/lib/domain/fleets/overview-view";
import type { Context } from "@/lib/server/context";
import { readVerb } from "@/lib/server/verb";
import { checkHealth } from "./check-health";
import { loadSiteWall } from "./load-site-wall";
import { recentEvents } from "./recent-events";
import { summarizeFleet } from "./summarize-fleet";

/** Everything the overview shows before the first live message. */
export const getOverview = readVerb({
  permission: "fleet:read",
  input: z.object({}),
  async run(ctx): Promise<Overview> {
    const { database, fleetId } = ctx;
    const fleet = await database.prisma.fleet.findUnique({ where: { id: fleetId }, select: { id: true, name: true } });
    if (!fleet) throw notFound("fleet");
    const now = ctx.clock.now();
    const [summary, sites, events, rate, health] = await Promise.all([
      summarizeFleet(database, fleetId, now),
      loadSiteWall(database, fleetId),
      recentEvents(database, fleetId),
      lastHour(ctx, now),
      checkHealth(ctx),
    ]);
    return { fleet, summary, sites, events, rate, health };
  },
});

/** Messages stored in each of the last sixty whole minutes, those without any included. */
async function lastHour({ database, fleetId }: Context, now: Date): Promise<Overview["rate"]> {
  const { rows } = await database.pool.query<{ at: Date; count: number }>(
    `select g.at, coalesce(c.stored, 0) as count
       from generate_series(date_trunc('minute', $2::timestamptz) - interval '60 minutes', date_trunc('minute', $2::timestamptz) - interval '1 minute', interval '1 minute') g(at)
       left join message_count c on c.fleet_id = $1 and c.minute = g.at
      order by g.at`,
    [fleetId, now],
  );
  return rows.map(({ at, count }) => ({ at: at.toISOString(), count }));
}
