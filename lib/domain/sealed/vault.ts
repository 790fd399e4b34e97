import { CompactEncrypt, compactDecrypt } from "jose";
import { z } from "zod";
import { agreementKeySchema } from "@/lib/protocol/key-exchange";

export const privateKeySchema = agreementKeySchema.extend({ d: z.string().regex(/^[A-Za-z0-9_-]{43}$/) });
/** A P-256 key pair (JWK): an operator's for key agreement, or the fleet root key. */
export type PrivateKey = z.output<typeof privateKeySchema>;

/** PBKDF2 with HMAC-SHA-512 (RFC 7518 section 4.8). */
const ALG = "PBES2-HS512+A256KW";
const ROUNDS = 600_000;

export async function newKeyPair(): Promise<PrivateKey> {
  const pair = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
  const { kty, crv, x, y, d } = await crypto.subtle.exportKey("jwk", pair.privateKey);
  return privateKeySchema.parse({ kty, crv, x, y, d });
}

/** The private key under a passphrase: all that the server ever has of it. */
export async function closeVault(key: PrivateKey, passphrase: string): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(key)))
    .setProtectedHeader({ alg: ALG, enc: "A256GCM" })
    .setKeyManagementParameters({ p2c: ROUNDS })
    .encrypt(bytesOf(passphrase));
}

/** Undefined: another passphrase, or the vault was changed. */
export async function openVault(vault: string, passphrase: string): Promise<PrivateKey | undefined> {
  try {
    const { plaintext } = await compactDecrypt(vault, bytesOf(passphrase), {
      keyManagementAlgorithms: [ALG],
      contentEncryptionAlgorithms: ["A256GCM"],
      maxPBES2Count: ROUNDS,
    });
    return privateKeySchema.parse(JSON.parse(new TextDecoder().decode(plaintext)));
  } catch {
    return undefined;
  }
}

/** One spelling, however the keyboard composed it. */
const bytesOf = (passphrase: string) => new TextEncoder().encode(passphrase.normalize("NFC"));
