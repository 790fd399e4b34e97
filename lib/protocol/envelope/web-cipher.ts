import type { Envelope } from "./envelope";

const copy = (bytes: Uint8Array) => new Uint8Array(bytes);

/** A content key for `openInBrowser`; it cannot be read back out of the browser's crypto. */
export function importContentKey(key: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", copy(key), "AES-GCM", false, ["decrypt"]);
}

/** WebCrypto: undefined when the key does not fit, or something was changed. */
export async function openInBrowser(key: CryptoKey, { nonce, aad, sealed }: Envelope): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: copy(nonce), additionalData: copy(aad), tagLength: 128 }, key, copy(sealed)));
  } catch {
    return undefined;
  }
}
