import { RECEIPT_AUDIENCE, RECEIPT_TYPE, type Receipt, receiptSchema } from "@/lib/domain/tokens/receipt";
import type { Database } from "../../database/client";
import { verifyDocument } from "../verify-document";

/** Is this a receipt that this installation signed, unchanged? Throws `invalid_input` with the reason when it is not. */
export async function verifyReceipt(database: Database, jws: string): Promise<{ kid: string; receipt: Receipt }> {
  const { kid, payload } = await verifyDocument(database, jws, { noun: "receipt", typ: RECEIPT_TYPE, audience: RECEIPT_AUDIENCE, schema: receiptSchema });
  return { kid, receipt: payload };
}
