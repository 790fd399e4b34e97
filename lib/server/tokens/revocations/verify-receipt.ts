import { createLocalJWKSet, errors, jwtVerify } from "jose";
import { SallyportError } from "@/lib/base/errors";
import { RECEIPT_AUDIENCE, RECEIPT_TYPE, type Receipt, receiptSchema } from "@/lib/domain/tokens/receipt";
import type { Database } from "../../database/client";
import { receiptKeys } from "../signing-keys";

/**
 * Is this a receipt that this installation signed, unchanged? By a key that was retired since, too, as long as it says to be older than
 * that. Throws `invalid_input` with the reason when it is not.
 */
export async function verifyReceipt(database: Database, jws: string): Promise<{ kid: string; receipt: Receipt }> {
  try {
    const set = await receiptKeys(database);
    const { payload, protectedHeader } = await jwtVerify(jws.trim(), createLocalJWKSet(set), {
      algorithms: ["EdDSA"],
      typ: RECEIPT_TYPE,
      issuer: "sallyport",
      audience: RECEIPT_AUDIENCE,
    });
    const receipt = receiptSchema.parse(payload);
    const retired = set.keys.find(({ kid }) => kid === protectedHeader.kid)?.exp;
    if (typeof retired === "number" && receipt.iat > retired) throw notOurs("it says to be younger than the end of its key");
    return { kid: protectedHeader.kid ?? "", receipt };
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    throw notOurs(REASONS[error.code] ?? error.message, error);
  }
}

function notOurs(why: string, cause?: unknown): SallyportError {
  return new SallyportError("invalid_input", `This is no receipt that this installation signed: ${why}.`, { cause });
}

const REASONS: Record<string, string> = {
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: "its signature does not fit, it was changed",
  ERR_JWKS_NO_MATCHING_KEY: "its key is none of ours",
  ERR_JWS_INVALID: "it is not a signed document",
  ERR_JWT_INVALID: "it is not a signed document",
  ERR_JWT_CLAIM_VALIDATION_FAILED: "it is signed, but it is something else",
};
