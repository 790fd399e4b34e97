import { CompactSign, calculateJwkThumbprint, compactVerify, importJWK } from "jose";
import type { z } from "zod";
import { type AgreementKey, agreementKeySchema } from "../key-exchange";

/** The fleet root key: P-256, signs with ES256. Its RFC 7638 thumbprint names the fleet to devices and browsers. */
export type RootKey = AgreementKey;
export type RootPrivateKey = RootKey & { d: string };

/** What the root key signs. The type stands in the protected header, so that one kind is never taken for the other. */
export type SignedType = "sallyport-sealed-statement" | "sallyport-sealed-key";

export const thumbprintOf = (key: AgreementKey): Promise<string> => calculateJwkThumbprint(key);

/** A compact JWS with the public root key beside it. */
export async function signByRoot(root: RootPrivateKey, typ: SignedType, payload: object): Promise<string> {
  const { d: _private, ...jwk } = root;
  return new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
    .setProtectedHeader({ alg: "ES256", typ, jwk: agreementKeySchema.parse(jwk) })
    .sign(await importJWK({ ...root }, "ES256"));
}

type Read<T> = { ok: true; said: T } | { ok: false; reason: "malformed" | "bad_signature" | "other_root" };

/** What stands in a JWS of this type under the root key of this thumbprint. Never throws. */
export async function readSigned<T>(text: string, typ: SignedType, root: string, schema: z.ZodType<T>): Promise<Read<T>> {
  const key = headerKey(text, typ);
  if (!key) return { ok: false, reason: "malformed" };
  if ((await thumbprintOf(key)) !== root) return { ok: false, reason: "other_root" };
  try {
    const { payload } = await compactVerify(text, await importJWK(key, "ES256"), { algorithms: ["ES256"] });
    const said = schema.safeParse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload)));
    return said.success ? { ok: true, said: said.data } : { ok: false, reason: "malformed" };
  } catch {
    return { ok: false, reason: "bad_signature" };
  }
}

/** Nothing is verified here: the key counts only if its thumbprint is the one that is known. */
function headerKey(text: string, typ: SignedType): RootKey | undefined {
  try {
    const [header = ""] = text.split(".");
    const parsed: unknown = JSON.parse(atob(header.replaceAll("-", "+").replaceAll("_", "/")));
    const { alg, typ: found, jwk, ...others } = parsed as Record<string, unknown>;
    if (alg !== "ES256" || found !== typ || Object.keys(others).length > 0) return undefined;
    return agreementKeySchema.strict().safeParse(jwk).data;
  } catch {
    return undefined;
  }
}
