import { z } from "zod";
import { SallyportError } from "@/lib/base/errors";
import { RECEIPT_TYPE, type Receipt, receiptSchema } from "@/lib/domain/tokens/receipt";
import { signDocument } from "../sign-document";
import type { Signer } from "../signing-keys";

export function signReceipt(receipt: Receipt, signer: Signer): string {
  return signDocument(RECEIPT_TYPE, receipt, signer);
}

/** The payload of a receipt of our own, from our own table: not verified. */
export function readReceipt(jws: string): Receipt {
  const parsed = z
    .string()
    .transform((text) => JSON.parse(Buffer.from(text, "base64url").toString("utf8")) as unknown)
    .pipe(receiptSchema)
    .safeParse(jws.split(".")[1]);
  if (!parsed.success) throw new SallyportError("internal", "A stored receipt cannot be read.", { cause: parsed.error });
  return parsed.data;
}
