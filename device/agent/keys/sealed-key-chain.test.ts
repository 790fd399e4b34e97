import { CompactEncrypt, importJWK } from "jose";
import { beforeEach, expect, test } from "vitest";
import { KEY_WRAP } from "@/lib/protocol/key-exchange";
import { type AnnouncementRefusal, announceKey } from "@/lib/protocol/sealed/announcement";
import { type RootPrivateKey, signByRoot, thumbprintOf } from "@/lib/protocol/sealed/root-signature";
import { KeyChain, keysIn } from "./key-chain";
import type { KeyStore, StoredKeys } from "./key-store";

const FLEET = "flt_a";
const DEVICE = "dev_a";
const CONTENT_KEY = "B".repeat(43);
let stored: StoredKeys | undefined;
let refused: AnnouncementRefusal[];
let root: RootPrivateKey;

const store: KeyStore = {
  read: () => stored,
  write: (keys) => {
    stored = keys;
  },
};
/** A pair as the agent makes its own. */
const newPair = (): RootPrivateKey => keysIn({ read: () => undefined, write() {} }).privateKey;
const bytes = (text: string) => new TextEncoder().encode(text);
const chainWith = (rootThumbprint: string | undefined) =>
  new KeyChain(DEVICE, store, { fleet: FLEET, root: rootThumbprint, onRefused: (reason) => refused.push(reason) });
const plainOffer = async (chain: KeyChain, version: number) =>
  new CompactEncrypt(bytes(JSON.stringify({ device: DEVICE, version, key: CONTENT_KEY })))
    .setProtectedHeader({ ...KEY_WRAP })
    .encrypt(await importJWK(chain.hello().publicKey, KEY_WRAP.alg));

beforeEach(() => {
  stored = undefined;
  refused = [];
  root = newPair();
});

test("a signed key is taken, used once the platform knows, and again after a restart without the option", async () => {
  const chain = chainWith(await thumbprintOf(root));
  const { publicKey } = chain.hello();
  expect(await chain.accept(bytes(await announceKey(root, { fleet: FLEET, device: DEVICE, publicKey }, 7, CONTENT_KEY)))).toBe(7);
  expect(chain.sealing).toBeUndefined();
  chain.confirm(7);
  expect(chain.sealing?.version).toBe(7);
  const again = chainWith(undefined);
  expect(again.isSealed).toBe(true);
  expect(again.sealing?.version).toBe(7);
  expect(refused).toEqual([]);
});

test("a server with a root key, a fleet, a device or a public key of its own is refused, each with its reason", async () => {
  const chain = chainWith(await thumbprintOf(root));
  const { publicKey } = chain.hello();
  const other = newPair();
  const own = { fleet: FLEET, device: DEVICE, publicKey };
  const { d: _private, ...otherPublic } = other;
  const toOther = await announceKey(root, { ...own, publicKey: otherPublic }, 7, CONTENT_KEY);
  const good = await announceKey(root, own, 7, CONTENT_KEY);
  const forged = good.split(".").with(2, (await announceKey(other, own, 7, CONTENT_KEY)).split(".")[2] ?? "");
  // Signed, and for this public key, but what is inside is for another.
  const hollow = { fleet: FLEET, device: DEVICE, key: await thumbprintOf(publicKey), version: 7, offer: JSON.parse(atob(payloadOf(toOther))).offer };
  const attempts: [string, AnnouncementRefusal][] = [
    [await plainOffer(chain, 7), "unsigned"],
    [await announceKey(other, own, 7, CONTENT_KEY), "other_root"],
    [forged.join("."), "bad_signature"],
    [await announceKey(root, { ...own, fleet: "flt_b" }, 7, CONTENT_KEY), "other_fleet"],
    [await announceKey(root, { ...own, device: "dev_b" }, 7, CONTENT_KEY), "other_device"],
    [toOther, "other_key"],
    [await signByRoot(root, "sallyport-sealed-key", hollow), "does_not_open"],
    [await signByRoot(root, "sallyport-sealed-statement", hollow), "malformed"],
    [await signByRoot(root, "sallyport-sealed-key", { ...hollow, more: 1 }), "malformed"],
    ["a.b.c", "malformed"],
  ];
  for (const [text] of attempts) expect(await chain.accept(bytes(text))).toBeUndefined();
  expect(refused).toEqual(attempts.map(([, reason]) => reason));
  expect(chain.holds).toBe(0);
});

test("an older announcement that comes again is refused; the same one is answered again", async () => {
  const chain = chainWith(await thumbprintOf(root));
  const own = { fleet: FLEET, device: DEVICE, publicKey: chain.hello().publicKey };
  const old = bytes(await announceKey(root, own, 7, CONTENT_KEY));
  const newer = bytes(await announceKey(root, own, 8, CONTENT_KEY));
  expect([await chain.accept(old), await chain.accept(newer), await chain.accept(old), await chain.accept(newer)]).toEqual([7, 8, undefined, 8]);
  expect(refused).toEqual(["replayed"]);
});

test("a key that was given before the root key was known is used no more", async () => {
  const open = chainWith(undefined);
  expect(await open.accept(bytes(await plainOffer(open, 3)))).toBe(3);
  open.confirm(3);
  expect(open.sealing?.version).toBe(3);
  const sealed = chainWith(await thumbprintOf(root));
  expect(sealed.sealing).toBeUndefined();
  expect(sealed.holds).toBe(0);
});

test("a device that knows no root key takes no signed key, and another root key than before is an error", async () => {
  const open = chainWith(undefined);
  const own = { fleet: FLEET, device: DEVICE, publicKey: open.hello().publicKey };
  expect(await open.accept(bytes(await announceKey(root, own, 7, CONTENT_KEY)))).toBeUndefined();
  expect(refused).toEqual(["no_root"]);
  chainWith(await thumbprintOf(root));
  const other = await thumbprintOf(newPair());
  expect(() => chainWith(other)).toThrow("another fleet root key");
});

function payloadOf(jws: string): string {
  return (jws.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
}
