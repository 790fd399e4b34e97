import { createLocalJWKSet, errors, jwtVerify } from "jose";
import type { z } from "zod";
import { SallyportError } from "@/lib/base/errors";
import type { Database } from "../database/client";
import { receiptKeys } from "./signing-keys";

/** A kind of document that installations sign: receipts, statements. */
interface Kind<S extends z.ZodType<{ iat: number }>> {
  /** As in "This is no receipt ...". */
  noun: string;
  typ: string;
  audience: string;
  schema: S;
}

/**
 * Is this a document of that kind that this installation signed, unchanged? By a key that was retired since, too, as long as it says to
 * be older than that. Throws `invalid_input` with the reason when it is not.
 */
export async function verifyDocument<S extends z.ZodType<{ iat: number }>>(
  database: Database,
  jws: string,
  { noun, typ, audience, schema }: Kind<S>,
): Promise<{ kid: string; payload: z.output<S> }> {
  const notOurs = (why: string, cause?: unknown) => new SallyportError("invalid_input", `This is no ${noun} that this installation signed: ${why}.`, { cause });
  try {
    const set = await receiptKeys(database);
    const { payload, protectedHeader } = await jwtVerify(jws.trim(), createLocalJWKSet(set), { algorithms: ["EdDSA"], typ, issuer: "sallyport", audience });
    const document = schema.parse(payload);
    const retired = set.keys.find(({ kid }) => kid === protectedHeader.kid)?.exp;
    if (typeof retired === "number" && document.iat > retired) throw notOurs("it says to be younger than the end of its key");
    return { kid: protectedHeader.kid ?? "", payload: document };
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    throw notOurs(REASONS[error.code] ?? error.message, error);
  }
}

const REASONS: Record<string, string> = {
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: "its signature does not fit, it was changed",
  ERR_JWKS_NO_MATCHING_KEY: "its key is none of ours",
  ERR_JWS_INVALID: "it is not a signed document",
  ERR_JWT_INVALID: "it is not a signed document",
  ERR_JWT_CLAIM_VALIDATION_FAILED: "it is signed, but it is something else",
};
