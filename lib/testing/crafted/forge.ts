import { type KeyObject, sign } from "node:crypto";
import { newId } from "@/lib/base/ids";
import type { TokenRefusal } from "@/lib/domain/tokens/verify-claims";
import type { TokenClaims } from "@/lib/protocol/access";

/** A token that somebody made up, and what has to be said about it. */
export interface CraftedToken {
  name: string;
  token: string;
  reason: TokenRefusal;
  /** Of the connection; default: the device that the token is for, with its own client id. */
  username?: string;
  clientId?: string;
}

/** The same, but it has to be let in: refusing everything is no proof. */
export type GoodToken = Omit<CraftedToken, "reason">;

export interface ForgeOptions {
  kid: string;
  keys: { privateKey: KeyObject; publicKey: KeyObject };
  /** Seconds since 1970: the clock of whoever judges. */
  now: number;
  fleetId: string;
  deviceId: string;
}

export const b64 = (value: string | Uint8Array) => Buffer.from(value as string).toString("base64url");

/** Makes tokens with our real key, so that only what a case is about is at fault. */
export function openForge({ kid, keys, now, fleetId, deviceId }: ForgeOptions) {
  const header = { alg: "EdDSA", typ: "JWT", kid };
  const claims: TokenClaims = {
    iss: "sallyport",
    aud: "sallyport-mqtt",
    sub: deviceId,
    jti: newId("accessToken"),
    iat: now,
    exp: now + 600,
    fleet: fleetId,
    kind: "device",
    acl: [{ permission: "allow", action: "publish", topic: `sp/v1/${fleetId}/${deviceId}/up/#` }],
  };
  /** Signs any two texts or byte strings as they are. */
  const signedText = (head: string | Uint8Array, body: string | Uint8Array, key: KeyObject = keys.privateKey) => {
    const signed = `${b64(head)}.${b64(body)}`;
    return `${signed}.${b64(sign(null, Buffer.from(signed), key))}`;
  };
  const signedJson = (head: unknown, body: unknown, key?: KeyObject) => signedText(JSON.stringify(head), JSON.stringify(body), key);
  const good = signedJson(header, claims);
  const [headPart = "", bodyPart = "", signaturePart = ""] = good.split(".");
  return {
    ...keys,
    now,
    header,
    claims,
    good,
    parts: { head: headPart, body: bodyPart, signature: signaturePart },
    signature: Buffer.from(signaturePart, "base64url"),
    signedText,
    signedJson,
    withHeader: (extra: object) => signedJson({ ...header, ...extra }, claims),
    withClaims: (extra: object) => signedJson(header, { ...claims, ...extra }),
    withoutClaim: (name: keyof TokenClaims) => signedJson(header, Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name))),
    /** The claims as text, with something done to it. */
    claimsText: (change: (text: string) => string) => signedText(JSON.stringify(header), change(JSON.stringify(claims))),
    headerText: (change: (text: string) => string) => signedText(change(JSON.stringify(header)), JSON.stringify(claims)),
  };
}
export type Forge = ReturnType<typeof openForge>;

/** Rows of one reason: `[name, token]`. */
export const because = (reason: TokenRefusal, rows: readonly (readonly [name: string, token: string])[]): CraftedToken[] =>
  rows.map(([name, token]) => ({ name, token, reason }));
