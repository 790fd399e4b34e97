import type { Signer } from "./signing-keys";

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A compact JWS (RFC 7515) by the key that signs tokens, with a `typ` of its own: no broker of ours takes it for a token. */
export function signDocument(type: string, payload: object, signer: Signer): string {
  const signed = `${part({ alg: "EdDSA", typ: type, kid: signer.kid })}.${part(payload)}`;
  return `${signed}.${signer.sign(Buffer.from(signed, "latin1")).toString("base64url")}`;
}
