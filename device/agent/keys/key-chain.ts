import { generateKeyPairSync } from "node:crypto";
import { compactDecrypt, importJWK } from "jose";
import { type AgreementKey, agreementKeySchema, contentKeyOfferSchema, KEY_WRAP, type KeyMessage } from "@/lib/protocol/key-exchange";
import type { KeyStore, StoredKeys } from "./key-store";

/** Two are enough: what is sealed is not opened here again. */
const KEPT = 2;

/** The keys of one device: its own pair, made here, and the content keys that it was sent. */
export class KeyChain {
  readonly #device: string;
  readonly #store: KeyStore;
  #keys: StoredKeys;
  #sealing: { key: Uint8Array; version: number } | undefined;

  /** Makes the pair when nothing is stored. */
  constructor(device: string, store: KeyStore) {
    this.#device = device;
    this.#store = store;
    this.#keys = keysIn(store);
    this.#choose();
  }

  /** What to seal with; undefined while there is no key that the platform knows us to have. */
  get sealing(): { key: Uint8Array; version: number } | undefined {
    return this.#sealing;
  }

  /** The newest version stored; 0: none. */
  get holds(): number {
    return this.#keys.contentKeys.at(-1)?.version ?? 0;
  }

  hello(): KeyMessage {
    const { kty, crv, x, y } = this.#keys.privateKey;
    const publicKey: AgreementKey = { kty, crv, x, y };
    return { publicKey, holds: this.holds };
  }

  /** Reads what came on `down/key` and stores it. Answers its version; undefined when it is not for us, or not newer than what we have. */
  async accept(payload: Uint8Array): Promise<number | undefined> {
    try {
      const { plaintext } = await compactDecrypt(payload, await importJWK({ ...this.#keys.privateKey }, KEY_WRAP.alg), {
        keyManagementAlgorithms: [KEY_WRAP.alg],
        contentEncryptionAlgorithms: [KEY_WRAP.enc],
      });
      const { device, version, key } = contentKeyOfferSchema.parse(JSON.parse(new TextDecoder().decode(plaintext)));
      if (device !== this.#device || version < this.holds) return undefined;
      if (version > this.holds) this.#save([...this.#keys.contentKeys, { version, key, confirmed: false }].slice(-KEPT));
      return version;
    } catch {
      return undefined;
    }
  }

  /** The platform has acknowledged that we hold this version: from now on it is used. */
  confirm(version: number): void {
    if (!this.#keys.contentKeys.some((key) => key.version === version && !key.confirmed)) return;
    this.#save(this.#keys.contentKeys.map((key) => (key.version === version ? { ...key, confirmed: true } : key)));
    this.#choose();
  }

  #save(contentKeys: StoredKeys["contentKeys"]): void {
    this.#keys = { ...this.#keys, contentKeys };
    this.#store.write(this.#keys);
  }

  #choose(): void {
    const newest = this.#keys.contentKeys.filter(({ confirmed }) => confirmed).at(-1);
    this.#sealing = newest && { version: newest.version, key: new Uint8Array(Buffer.from(newest.key, "base64url")) };
  }
}

/** Makes the pair, and stores it, when nothing is stored. */
export function keysIn(store: KeyStore): StoredKeys {
  const stored = store.read();
  if (stored) return stored;
  const keys = { privateKey: newPair(), contentKeys: [] };
  store.write(keys);
  return keys;
}

/** With one content key more, which the platform does not know to have arrived. */
export function keysWith(keys: StoredKeys, { version, key }: { version: number; key: string }): StoredKeys {
  const others = keys.contentKeys.filter((one) => one.version !== version);
  return { ...keys, contentKeys: [...others, { version, key, confirmed: false }].sort((a, b) => a.version - b.version).slice(-KEPT) };
}

function newPair(): StoredKeys["privateKey"] {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { d, ...publicPart } = privateKey.export({ format: "jwk" });
  return { ...agreementKeySchema.parse(publicPart), d: String(d) };
}
