import { generateKeyPairSync } from "node:crypto";
import { compactDecrypt, importJWK } from "jose";
import { SallyportError } from "@/lib/base/errors";
import { type AgreementKey, agreementKeySchema, type ContentKeyOffer, contentKeyOfferSchema, KEY_WRAP, type KeyMessage } from "@/lib/protocol/key-exchange";
import { type AnnouncementRefusal, isAnnouncement, readAnnouncement } from "@/lib/protocol/sealed/announcement";
import { thumbprintOf } from "@/lib/protocol/sealed/root-signature";
import type { KeyStore, StoredKeys } from "./key-store";

/** Two are enough: what is sealed is not opened here again. */
const KEPT = 2;

interface SealedFleet {
  fleet: string;
  /** Thumbprint of its root key, as it came with the claim code or by hand; undefined: the one that was stored, if any. */
  root: string | undefined;
  /** A key came that is not taken. */
  onRefused?: (reason: AnnouncementRefusal) => void;
}

/**
 * The keys of one device: its own pair, made here, and the content keys that it was sent. A device that knows a fleet root key takes
 * none but what this key has signed for it, and uses none that it was given before.
 */
export class KeyChain {
  readonly #device: string;
  readonly #store: KeyStore;
  readonly #sealed: SealedFleet | undefined;
  #keys: StoredKeys;
  #sealing: { key: Uint8Array; version: number } | undefined;

  /** Makes the pair when nothing is stored. Throws `configuration` for another root key than the one that is stored. */
  constructor(device: string, store: KeyStore, sealed?: SealedFleet) {
    this.#device = device;
    this.#store = store;
    this.#sealed = sealed;
    this.#keys = keysIn(store);
    const root = sealed?.root;
    if (root !== undefined && root !== this.#keys.root) {
      if (this.#keys.root !== undefined) throw otherRoot();
      this.#keys = { ...this.#keys, root };
      store.write(this.#keys);
    }
    this.#choose();
  }

  /** Whether this device knows a fleet root key. */
  get isSealed(): boolean {
    return this.#keys.root !== undefined;
  }

  /** What to seal with; undefined while there is no key that the platform knows us to have. */
  get sealing(): { key: Uint8Array; version: number } | undefined {
    return this.#sealing;
  }

  /** What a message to this device opens with; undefined: no such key here. */
  keyOf(version: number): Uint8Array | undefined {
    const found = this.#usable().find((key) => key.version === version);
    return found && new Uint8Array(Buffer.from(found.key, "base64url"));
  }

  /** The newest version stored; 0: none. */
  get holds(): number {
    return this.#usable().at(-1)?.version ?? 0;
  }

  hello(): Extract<KeyMessage, { publicKey: unknown }> {
    const { kty, crv, x, y } = this.#keys.privateKey;
    const publicKey: AgreementKey = { kty, crv, x, y };
    return { publicKey, holds: this.holds };
  }

  /** Reads what came on `down/key` and stores it. Answers its version; undefined when it is not for us, or not newer than what we have. */
  async accept(payload: Uint8Array): Promise<number | undefined> {
    const text = new TextDecoder().decode(payload);
    const offer = isAnnouncement(text) ? await this.#readSigned(text) : this.isSealed ? this.#refuse("unsigned") : await this.#open(text);
    if (!offer || offer.device !== this.#device) return undefined;
    const { version, key } = offer;
    if (version < this.holds) return this.isSealed ? this.#refuse("replayed") : undefined;
    const signed = this.isSealed ? { signed: true } : {};
    if (version > this.holds) this.#save([...this.#usable(), { version, key, confirmed: false, ...signed }].slice(-KEPT));
    return version;
  }

  async #readSigned(text: string): Promise<ContentKeyOffer | undefined> {
    const { root } = this.#keys;
    if (root === undefined || !this.#sealed) return this.#refuse("no_root");
    const { fleet } = this.#sealed;
    const read = await readAnnouncement(text, { fleet, device: this.#device, root, key: await thumbprintOf(this.hello().publicKey) });
    if (!read.ok) return this.#refuse(read.reason);
    const offer = await this.#open(read.said.offer);
    if (offer?.device !== this.#device || offer.version !== read.said.version) return this.#refuse("does_not_open");
    return offer;
  }

  /** Undefined: not sealed to this device's key. */
  async #open(offer: string): Promise<ContentKeyOffer | undefined> {
    try {
      const { plaintext } = await compactDecrypt(offer, await importJWK({ ...this.#keys.privateKey }, KEY_WRAP.alg), {
        keyManagementAlgorithms: [KEY_WRAP.alg],
        contentEncryptionAlgorithms: [KEY_WRAP.enc],
      });
      return contentKeyOfferSchema.parse(JSON.parse(new TextDecoder().decode(plaintext)));
    } catch {
      return undefined;
    }
  }

  #refuse(reason: AnnouncementRefusal): undefined {
    this.#sealed?.onRefused?.(reason);
    return undefined;
  }

  /** What was given before a root key was known, the server may know. */
  #usable(): StoredKeys["contentKeys"] {
    return this.isSealed ? this.#keys.contentKeys.filter(({ signed }) => signed) : this.#keys.contentKeys;
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
    const newest = this.#usable()
      .filter(({ confirmed }) => confirmed)
      .at(-1);
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

function otherRoot(): SallyportError {
  return new SallyportError("configuration", "This device knows another fleet root key.", {
    hint: "Compare it with the console, under Keys, Sealed. Only if the fleet was really made anew: remove this device's folder, and claim it again.",
  });
}

function newPair(): StoredKeys["privateKey"] {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { d, ...publicPart } = privateKey.export({ format: "jwk" });
  return { ...agreementKeySchema.parse(publicPart), d: String(d) };
}
