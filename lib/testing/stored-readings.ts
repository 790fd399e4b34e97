import type { Database } from "@/lib/server/database/client";

/** A measurement as the store has it. Times in milliseconds since 1970. */
interface StoredReading {
  device: string;
  metric: string;
  seq: number;
  time: number;
  value: number;
  receivedAt: number;
}

/** All measurements that a device sent itself (history of a demo has no sequence number), read past the product, by plain SQL. */
export async function storedReadings({ pool }: Pick<Database, "pool">): Promise<StoredReading[]> {
  const { rows } = await pool.query<StoredReading>(
    `select device_id as device, metric, seq::float8 as seq, value,
            (extract(epoch from time) * 1000)::float8 as time, (extract(epoch from received_at) * 1000)::float8 as "receivedAt"
       from measurement where seq > 0`,
  );
  return rows;
}
