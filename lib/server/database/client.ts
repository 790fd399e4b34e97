import { Pool } from "pg";
import { PrismaClient } from "@/prisma/generated/client";
import { SequencedPg } from "./sequenced-pg";

export type Prisma = PrismaClient;
/** What a verb works on: the client, or the transaction that it runs in. */
export type Transaction = Parameters<Parameters<PrismaClient["$transaction"]>[0]>[0];

export interface Database {
  prisma: Prisma;
  /** Hot paths (ingest, presence, sessions) and LISTEN speak pg without Prisma. */
  pool: Pool;
  close(): Promise<void>;
}

/** Opens both doors to one Postgres. `connections` bounds each of the two pools. */
export function openDatabase(url: string, options: { connections?: number } = {}): Database {
  const max = options.connections ?? 5;
  const pool = new Pool({ connectionString: url, max, connectionTimeoutMillis: 5_000, keepAlive: true });
  // An idle connection that breaks (server restarted) is replaced at the next query; without a listener it would end the process.
  pool.on("error", () => {});
  // The same for one that is checked out and breaks between two queries of a transaction: its next query says so.
  pool.on("connect", (client) => client.on("error", () => {}));
  const prisma = new PrismaClient({
    // Prisma's 2 s and 5 s are less than a bulk verb takes on a busy machine.
    transactionOptions: { maxWait: 10_000, timeout: 30_000 },
    adapter: new SequencedPg({ connectionString: url, max, connectionTimeoutMillis: 5_000 }, { onPoolError: () => {}, onConnectionError: () => {} }),
  });
  return {
    prisma,
    pool,
    async close() {
      await Promise.allSettled([prisma.$disconnect(), pool.end()]);
    },
  };
}
