import { coseAad, coseProtected, writeCose } from "./cose";
import type { Binding, EnvelopeFormat } from "./envelope";
import { jweAad, writeJwe } from "./jwe";

/** AES-256-GCM of wherever this runs; on Node `lib/base/aes-gcm.ts`. `seal` answers ciphertext and tag in one. */
export interface Cipher<K> {
  nonce(): Uint8Array;
  seal(key: K, nonce: Uint8Array, aad: Uint8Array, plain: Uint8Array): Uint8Array;
}

/** Seals one message with a version of the device's content key. */
export function sealEnvelope<K>(
  cipher: Cipher<K>,
  { key, version }: { key: K; version: number },
  binding: Binding,
  plain: Uint8Array,
  format: EnvelopeFormat = "jwe",
): Uint8Array {
  const nonce = cipher.nonce();
  if (format === "jwe") {
    const aad = jweAad(version, binding);
    return writeJwe({ aad, nonce, sealed: cipher.seal(key, nonce, aad, plain) });
  }
  const protectedHeader = coseProtected(version, binding.seq);
  return writeCose(protectedHeader, { nonce, sealed: cipher.seal(key, nonce, coseAad(protectedHeader, binding), plain) });
}
