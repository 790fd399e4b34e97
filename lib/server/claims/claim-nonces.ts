import { z } from "zod";
import { CLAIM_NONCE_MS } from "@/lib/protocol/claim";
import type { Secrets } from "../secrets";

interface Bound {
  claimId: string;
  applicant: string;
}

/** Challenges that need no memory: each worker, and each one after a restart, knows those of all. */
export interface ClaimNonces {
  make(bound: Bound): string;
  /** Made by us, for this device and this claim, not too long ago. */
  fits(nonce: string, bound: Bound): boolean;
}

const sealedSchema = z.tuple([z.literal("claim-nonce"), z.string(), z.string(), z.number()]);

/** Random and authentic, as everything that is wrapped by the key-encryption key. `now` in milliseconds since 1970. */
export function claimNonces(secrets: Pick<Secrets, "wrap" | "unwrap">, now: number): ClaimNonces {
  return {
    make({ claimId, applicant }) {
      const sealed = secrets.wrap(Buffer.from(JSON.stringify(["claim-nonce", claimId, applicant, now + CLAIM_NONCE_MS])));
      return Buffer.from(sealed).toString("base64url");
    },
    fits(nonce, { claimId, applicant }) {
      try {
        const [, claim, who, until] = sealedSchema.parse(JSON.parse(secrets.unwrap(Buffer.from(nonce, "base64url")).toString("utf8")));
        return claim === claimId && who === applicant && until > now;
      } catch {
        return false;
      }
    },
  };
}
