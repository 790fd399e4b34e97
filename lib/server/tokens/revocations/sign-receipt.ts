import { z } from "zod";
import { SallyportError } from "@/lib/base/errors";
import { RECEIPT_TYPE, type Receipt, receiptSchema } from "@/lib/domain/tokens/receipt";
import type { Signer } from "../signing-keys";

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A compact JWS (RFC 7515) by the key that signs tokens, with a `typ` of its own: no broker of ours takes it for a token. */
export function signReceipt(receipt: Receipt, signer: Signer): string {
  const signed = `${part({ alg: "EdDSA", typ: RECEIPT_TYPE, kid: signer.kid })}.${part(receipt)}`;
  return `${signed}.${signer.sign(Buffer.from(signed, "latin1")).toString("base64url")}`;
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
