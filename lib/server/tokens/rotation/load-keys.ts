import type { SigningKeyTimes } from "@/lib/domain/tokens/signing-keys";
import type { Transaction } from "../../database/client";

/** All there ever were, without their secrets. */
export async function loadKeys(db: Pick<Transaction, "signingKey">): Promise<SigningKeyTimes[]> {
  return db.signingKey.findMany({ select: { kid: true, createdAt: true, signsFrom: true, retiredAt: true } });
}
