import { Pool } from "pg";
import { locateDatabase } from "@/lib/server/database/locate";

/** A measurement as the store has it. Times in milliseconds since 1970. */
export interface StoredMeasurement {
  device: string;
  metric: string;
  seq: number;
  time: number;
  value: number;
  receivedAt: number;
}

/** All measurements in the database of the product that runs on `dataDir`, read past the product, by plain SQL. */
export async function readMeasurements(dataDir: string): Promise<StoredMeasurement[]> {
  const pool = new Pool({ connectionString: await locateDatabase({ DATA_DIR: dataDir, DATABASE_URL: undefined }), max: 1 });
  try {
    const { rows } = await pool.query<StoredMeasurement>(
      `select device_id as device, metric, seq::float8 as seq, value,
         (extract(epoch from time) * 1000)::float8 as time, (extract(epoch from received_at) * 1000)::float8 as "receivedAt" from measurement`,
    );
    return rows;
  } finally {
    await pool.end();
  }
}
