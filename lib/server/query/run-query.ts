import type { Pool, PoolClient } from "pg";
import type { Transaction } from "../database/client";

/** Whatever runs a statement: pg itself, or the Prisma transaction of a verb. */
export type Queryable = Pick<Pool | PoolClient, "query"> | Pick<Transaction, "$queryRawUnsafe">;

/** A statement with numbered parameters. Ask with casts (`$1::text`): Prisma sends values without their types. */
export async function runQuery<R extends object>(db: Queryable, text: string, values: unknown[]): Promise<R[]> {
  if ("$queryRawUnsafe" in db) return db.$queryRawUnsafe<R[]>(text, ...values);
  return (await (db as Pick<Pool, "query">).query<R>(text, values)).rows;
}
