import { STATEMENT_AUDIENCE, STATEMENT_TYPE, type Statement, statementSchema } from "@/lib/domain/posture/statement";
import type { Database } from "../database/client";
import { verifyDocument } from "../tokens/verify-document";

/** Is this a statement that this installation signed, unchanged? Throws `invalid_input` with the reason when it is not. */
export async function verifyStatement(database: Database, jws: string): Promise<{ kid: string; statement: Statement }> {
  const kind = { noun: "statement", typ: STATEMENT_TYPE, audience: STATEMENT_AUDIENCE, schema: statementSchema };
  const { kid, payload } = await verifyDocument(database, jws, kind);
  return { kid, statement: payload };
}
