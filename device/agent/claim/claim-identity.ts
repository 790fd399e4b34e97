import { generateKeyPairSync } from "node:crypto";
import { CompactSign, calculateJwkThumbprint, compactDecrypt, importJWK } from "jose";
import type { z } from "zod";
import { type ClaimProof, identityKeySchema, type Provisioned, provisionedSchema } from "@/lib/protocol/claim";
import { HOME_PASS_TYPE, type homePassSchema } from "@/lib/protocol/home";
import { KEY_WRAP } from "@/lib/protocol/key-exchange";
import type { StoredKeys } from "../keys/key-store";
import type { StoredClaim } from "./claim-store";

type PrivateKey = StoredClaim["identityKey"];

export function newIdentityKey(): PrivateKey {
  const { d, ...publicPart } = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" });
  return { ...identityKeySchema.parse(publicPart), d: String(d) };
}

/** What the device is called until it has a name: its user name at the broker, and in its claim topics. */
export const applicantOf = (identityKey: PrivateKey): Promise<string> => calculateJwkThumbprint(identityKeySchema.parse(identityKey));

/** A compact JWS with the public key beside it. */
export async function signClaim(identityKey: PrivateKey, payload: ClaimProof | { stored: string }): Promise<string> {
  const key = await importJWK({ ...identityKey }, "ES256");
  return new CompactSign(Buffer.from(JSON.stringify(payload))).setProtectedHeader({ alg: "ES256", jwk: identityKeySchema.parse(identityKey) }).sign(key);
}

/** What it connects with on its way home: by its own key, and for nothing else. */
export async function signHomePass(identityKey: PrivateKey): Promise<string> {
  const pass: z.output<typeof homePassSchema> = { aud: "sallyport-home", sub: await applicantOf(identityKey) };
  const header = { alg: "ES256", typ: HOME_PASS_TYPE, jwk: identityKeySchema.parse(identityKey) };
  return new CompactSign(Buffer.from(JSON.stringify(pass))).setProtectedHeader(header).sign(await importJWK({ ...identityKey }, "ES256"));
}

/** Opens what was sealed to the key-agreement key. Throws when it is not for this device. */
export async function openProvisioned(agreementKey: StoredKeys["privateKey"], jwe: string): Promise<Provisioned> {
  const { plaintext } = await compactDecrypt(jwe, await importJWK({ ...agreementKey }, KEY_WRAP.alg), {
    keyManagementAlgorithms: [KEY_WRAP.alg],
    contentEncryptionAlgorithms: [KEY_WRAP.enc],
  });
  return provisionedSchema.parse(JSON.parse(new TextDecoder().decode(plaintext)));
}
