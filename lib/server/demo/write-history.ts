import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { from as copyFrom } from "pg-copy-streams";
import { SallyportError } from "@/lib/base/errors";
import type { Context } from "@/lib/server/context";

/** Measurements of one metric of one device, oldest first. `time` in milliseconds since 1970. */
export interface HistorySeries {
  deviceId: string;
  metric: string;
  points: Iterable<readonly [time: number, value: number]>;
}

/** Larger chunks cost memory, smaller ones time. */
const CHUNK_CHARACTERS = 256 * 1024;

/**
 * Writes history of the demo fleet, all or nothing. It says that it arrived when it was measured, so that no alert and no rate
 * takes it for news, and carries sequence number 0: no device sent it. Answers the number of rows. Only for the system itself.
 */
export async function writeHistory(ctx: Context, series: Iterable<HistorySeries>): Promise<number> {
  if (ctx.actor.kind !== "system") throw new SallyportError("forbidden", "Only the system writes history.");
  const client = await ctx.database.pool.connect();
  try {
    const copy = client.query(copyFrom("copy measurement (device_id, metric, time, seq, value, received_at) from stdin"));
    await pipeline(Readable.from(copyText(series)), copy);
    return copy.rowCount;
  } finally {
    client.release();
  }
}

/** COPY's text format. Ids and metric names have no character that it would have to escape. */
function* copyText(series: Iterable<HistorySeries>): Generator<string> {
  let chunk = "";
  for (const { deviceId, metric, points } of series)
    for (const [time, value] of points) {
      const at = new Date(time).toISOString();
      chunk += `${deviceId}\t${metric}\t${at}\t0\t${value}\t${at}\n`;
      if (chunk.length < CHUNK_CHARACTERS) continue;
      yield chunk;
      chunk = "";
    }
  yield chunk;
}
