import { calculateJwkThumbprint, compactVerify, EmbeddedJWK } from "jose";
import type { z } from "zod";
import {
  CLAIM_MESSAGE_BYTES,
  type ClaimProof,
  type ClaimRefusal,
  type ClaimUp,
  claimProofSchema,
  claimStoredSchema,
  claimUpSchema,
  type IdentityKey,
  identityKeySchema,
} from "@/lib/protocol/claim";
import { readPayloadJson } from "@/lib/protocol/payload-json";
import { unstorableText } from "../storable-text";
import type { ClaimNonces } from "./claim-nonces";

/** What a device said, proved as far as it can be without a look into the database. */
export type ClaimSaid =
  | { kind: "hello"; serial: string | undefined; fleet: string | undefined }
  | { kind: "proof"; proof: ClaimProof; identityKey: IdentityKey }
  | { kind: "stored"; tokenId: string }
  | { kind: "refused"; code: ClaimRefusal };

const refused = (code: ClaimRefusal): ClaimSaid => ({ kind: "refused", code });

/** Never throws for what a device sent: what is wrong with it is its answer. */
export async function readClaimMessage(payload: Buffer, from: { claimId: string; applicant: string; nonces: ClaimNonces }): Promise<ClaimSaid> {
  const json = payload.length > CLAIM_MESSAGE_BYTES ? undefined : readPayloadJson(payload);
  const up = json?.ok ? claimUpSchema.safeParse(json.value).data : undefined;
  if (!up || unstorableText(up) !== undefined) return refused("malformed");
  if ("hello" in up) return { kind: "hello", serial: up.hello.serial, fleet: up.hello.fleet };
  return "proof" in up ? readProof(up, from) : readStored(up, from.applicant);
}

async function readProof(
  { proof }: Extract<ClaimUp, { proof: string }>,
  from: { claimId: string; applicant: string; nonces: ClaimNonces },
): Promise<ClaimSaid> {
  const signed = await readSigned(proof, claimProofSchema, from.applicant);
  if (!signed) return refused("bad_proof");
  if (!from.nonces.fits(signed.payload.nonce, from)) return refused("nonce_expired");
  return { kind: "proof", proof: signed.payload, identityKey: signed.key };
}

async function readStored({ stored }: Extract<ClaimUp, { stored: string }>, applicant: string): Promise<ClaimSaid> {
  const signed = await readSigned(stored, claimStoredSchema, applicant);
  return signed ? { kind: "stored", tokenId: signed.payload.stored } : refused("bad_proof");
}

/** The key comes with the signature, and has to be the one whose thumbprint the applicant is called by. */
async function readSigned<S extends z.ZodType>(jws: string, schema: S, applicant: string): Promise<{ payload: z.output<S>; key: IdentityKey } | undefined> {
  try {
    const { payload, protectedHeader } = await compactVerify(jws, EmbeddedJWK, { algorithms: ["ES256"] });
    const key = identityKeySchema.parse(protectedHeader.jwk);
    if ((await calculateJwkThumbprint(key)) !== applicant) return undefined;
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
    return unstorableText(value) === undefined ? { payload: schema.parse(value), key } : undefined;
  } catch {
    return undefined;
  }
}
