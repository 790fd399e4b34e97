import { base64url, CompactEncrypt, compactDecrypt, importJWK } from "jose";
import { type AgreementKey, KEY_WRAP } from "@/lib/protocol/key-exchange";

const encoder = new TextEncoder();

/** One version of a sealed fleet's key: 32 random bytes that only operators hold. */
export const newFleetKey = (): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(32));

/** What the chain says of a version: it tells nothing about the key, and fits no other. */
export async function fleetKeyCheck(key: Uint8Array, fleet: string, version: number): Promise<string> {
  return base64url.encode(await derive(key, ["sallyport sealed fleet key check", fleet, String(version)]));
}

/** The content key of one device, 32 bytes: whoever holds the fleet key has those of all, a device has its own. */
export function deviceContentKey(key: Uint8Array, fleet: string, device: string, version: number): Promise<Uint8Array<ArrayBuffer>> {
  return derive(key, ["sallyport sealed content key", fleet, device, String(version)]);
}

/** HKDF-SHA-256 (RFC 5869). Names never hold a NUL, so no two lists of them read alike. */
async function derive(key: Uint8Array, info: readonly string[]): Promise<Uint8Array<ArrayBuffer>> {
  const base = await crypto.subtle.importKey("raw", new Uint8Array(key), "HKDF", false, ["deriveBits"]);
  const params = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: encoder.encode(info.join("\0")) };
  return new Uint8Array(await crypto.subtle.deriveBits(params, base, 256));
}

/** A compact JWE for whoever holds the private part of `publicKey`. */
export async function sealTo(publicKey: AgreementKey, secret: object): Promise<string> {
  return new CompactEncrypt(encoder.encode(JSON.stringify(secret))).setProtectedHeader({ ...KEY_WRAP }).encrypt(await importJWK(publicKey, KEY_WRAP.alg));
}

/** Undefined when it was sealed to somebody else or changed. Says nothing about who sealed it: compare what is inside with the chain. */
export async function openSealed(privateKey: AgreementKey & { d: string }, jwe: string): Promise<unknown> {
  try {
    const { plaintext } = await compactDecrypt(jwe, await importJWK({ ...privateKey }, KEY_WRAP.alg), {
      keyManagementAlgorithms: [KEY_WRAP.alg],
      contentEncryptionAlgorithms: [KEY_WRAP.enc],
    });
    return JSON.parse(new TextDecoder().decode(plaintext));
  } catch {
    return undefined;
  }
}
