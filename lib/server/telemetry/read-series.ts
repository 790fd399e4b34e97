import { notFound } from "@/lib/base/errors";
import { bucketWidth, gapWidth } from "@/lib/domain/telemetry/bucket-width";
import { type Series, seriesInputSchema } from "@/lib/domain/telemetry/series-view";
import { readTimeRange } from "@/lib/domain/telemetry/time-range";
import { readVerb } from "@/lib/server/verb";

interface Bucket {
  time: string;
  min: number;
  mean: number;
  max: number;
}

/** `from` is in the range, `to` is not. One row more than wanted, to know that there are too many. */
const RAW = `
  select (extract(epoch from time) * 1000)::bigint as time, value as min, value as mean, value as max
    from measurement where device_id = $1 and metric = $2 and time >= $3 and time < $4
   order by time, seq limit $5`;

/** Buckets begin at whole multiples of their width, so that asking again a second later moves no point. */
const BUCKETED = `
  select (extract(epoch from bucket) * 1000)::bigint as time, min, mean, max
    from (select date_bin($5 * interval '1 millisecond', time, timestamptz 'epoch') as bucket, min(value) as min, avg(value) as mean, max(value) as max
            from measurement where device_id = $1 and metric = $2 and time >= $3 and time < $4
           group by 1) buckets
   order by bucket`;

/** One metric over a range: the measurements themselves while they are few, else buckets that keep every extreme. */
export const readSeries = readVerb({
  permission: "telemetry:read",
  topic: "telemetry",
  input: seriesInputSchema,
  async run(ctx, { deviceId, metric, points, ...range }): Promise<Series> {
    const { from, to } = readTimeRange(range, ctx.clock.now().getTime());
    const { prisma, pool } = ctx.database;
    const device = await prisma.device.findFirst({
      where: { id: deviceId, fleetId: ctx.fleetId },
      select: { profile: { select: { reportingIntervalSeconds: true } }, latest: { where: { metric }, select: { unit: true } } },
    });
    if (!device) throw notFound("device");
    const bounds = [deviceId, metric, new Date(from), new Date(to)];
    let { rows } = await pool.query<Bucket>(RAW, [...bounds, points + 1]);
    const bucketMs = rows.length > points ? bucketWidth(to - from, points) : 0;
    if (bucketMs > 0) ({ rows } = await pool.query<Bucket>(BUCKETED, [...bounds, bucketMs]));
    return {
      metric,
      unit: device.latest[0]?.unit ?? null,
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      bucketMs,
      gapMs: gapWidth(device.profile.reportingIntervalSeconds, bucketMs),
      time: rows.map((row) => Number(row.time)),
      min: rows.map((row) => row.min),
      mean: rows.map((row) => row.mean),
      max: rows.map((row) => row.max),
    };
  },
});
