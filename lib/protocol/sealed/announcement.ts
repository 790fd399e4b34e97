import { CompactEncrypt, importJWK } from "jose";
import { z } from "zod";
import { type AgreementKey, type ContentKeyOffer, KEY_WRAP } from "../key-exchange";
import { segmentSchema } from "../segments";
import { type RootPrivateKey, readSigned, signByRoot, thumbprintOf } from "./root-signature";

/**
 * `down/key` of a sealed fleet: a JWS by the fleet root key of this. `offer` is what an unsealed fleet would send, a compact JWE to
 * the device's public key; `key` is the thumbprint of that public key. The version grows with every key of the fleet.
 */
const announcementSchema = z.strictObject({
  fleet: segmentSchema,
  device: segmentSchema,
  key: z.string(),
  version: z.number().int().min(1).max(999_999_999),
  offer: z.string().max(4_000),
});
export type Announcement = z.output<typeof announcementSchema>;

/** Why a device does not take a key. Its log and its `keyRefused` event name them. */
export const ANNOUNCEMENT_REFUSALS = {
  no_root: "The fleet is sealed, and this device does not know its root key. Start it with --fleet-root.",
  unsigned: "The key is not signed by the fleet root key.",
  malformed: "The key announcement is malformed.",
  bad_signature: "The signature of the key announcement is wrong.",
  other_root: "The key announcement is signed by another fleet root key.",
  other_fleet: "The key announcement is for another fleet.",
  other_device: "The key announcement is for another device.",
  other_key: "The key announcement is for another public key than this device's.",
  replayed: "The key announcement is older than the key that this device holds.",
  does_not_open: "The announced key does not open with this device's private key.",
} as const;
export type AnnouncementRefusal = keyof typeof ANNOUNCEMENT_REFUSALS;

interface Recipient {
  fleet: string;
  device: string;
  publicKey: AgreementKey;
}

/** Seals a version of a device's content key (32 bytes in base64url) to its public key and signs that. */
export async function announceKey(root: RootPrivateKey, { fleet, device, publicKey }: Recipient, version: number, contentKey: string): Promise<string> {
  const key = await thumbprintOf(publicKey);
  const inside: ContentKeyOffer = { device, version, key: contentKey };
  const offer = await new CompactEncrypt(new TextEncoder().encode(JSON.stringify(inside)))
    .setProtectedHeader({ ...KEY_WRAP, kid: key })
    .encrypt(await importJWK(publicKey, KEY_WRAP.alg));
  return signByRoot(root, "sallyport-sealed-key", { fleet, device, key, version, offer } satisfies Announcement);
}

interface Expected {
  fleet: string;
  device: string;
  /** Thumbprints of the fleet root key and of the device's own public key. */
  root: string;
  key: string;
}

type AnnouncementRead = { ok: true; said: Announcement } | { ok: false; reason: AnnouncementRefusal };

/** Checks signature, fleet, device and public key. What is inside the offer is for the device alone. */
export async function readAnnouncement(text: string, { fleet, device, root, key }: Expected): Promise<AnnouncementRead> {
  const read = await readSigned(text, "sallyport-sealed-key", root, announcementSchema);
  if (!read.ok) return read;
  const { said } = read;
  if (said.fleet !== fleet) return { ok: false, reason: "other_fleet" };
  if (said.device !== device) return { ok: false, reason: "other_device" };
  if (said.key !== key) return { ok: false, reason: "other_key" };
  return { ok: true, said };
}

/** A signed announcement has three parts, a plain offer (JWE) five. */
export function isAnnouncement(payload: string): boolean {
  return payload.split(".").length === 3;
}
