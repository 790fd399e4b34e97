import { SallyportError } from "@/lib/base/errors";

/** Prisma's codes for a database that cannot be reached, or has no connection to give. */
const PRISMA_CODES = new Set(["P1001", "P1002", "P1008", "P1017", "P2024", "P2037", "ECONNREFUSED"]);
/** SQLSTATE classes 08 (connection), 53 (resources), 57P (shutdown), and what the socket says. */
const PG_CODE = /^(08|53|57P|ECONN|EPIPE|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH)/;
const PG_MESSAGE = /Connection terminated|timeout exceeded when trying to connect|timeout expired|the database system is|Can't reach database server/i;

/** The same answer for every way in which Postgres can be away; undefined when the error is another. */
export function storeUnavailable(thrown: unknown): SallyportError | undefined {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 4; error = error.cause, depth++) {
    const code = "code" in error && typeof error.code === "string" ? error.code : "";
    if (PRISMA_CODES.has(code) || PG_CODE.test(code) || PG_MESSAGE.test(error.message))
      return new SallyportError("unavailable", "The database is not available.", { hint: "Try again in a moment.", cause: thrown });
  }
  return undefined;
}
