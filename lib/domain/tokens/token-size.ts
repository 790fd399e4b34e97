import { type Scope, TOKEN_AUDIENCE, TOKEN_ISSUER, type TokenClaims } from "@/lib/protocol/access";

const SIGNATURE_CHARACTERS = 86;
const ID = "0".repeat(16);

const base64url = (bytes: number) => Math.ceil((bytes * 4) / 3);

/** Bytes of a token before it is made: identifiers and times have one length, so it is exact until the year 2286. */
export function tokenSize(token: {
  fleetId: string;
  kind: TokenClaims["kind"];
  subject: string;
  clientId: string | undefined;
  scopes: readonly Scope[];
  meta: NonNullable<TokenClaims["meta"]>;
}): number {
  const header = { alg: "EdDSA", typ: "JWT", kid: `sig_${ID}` };
  const claims: TokenClaims = {
    iss: TOKEN_ISSUER,
    aud: TOKEN_AUDIENCE,
    sub: token.subject,
    jti: `tok_${ID}`,
    iat: 1_700_000_000,
    exp: 1_700_000_000,
    fleet: token.fleetId,
    kind: token.kind,
    ...(token.clientId === undefined ? {} : { cid: token.clientId }),
    acl: [...token.scopes],
    ...(Object.keys(token.meta).length > 0 ? { meta: token.meta } : {}),
  };
  const bytes = (value: object) => base64url(new TextEncoder().encode(JSON.stringify(value)).length);
  return bytes(header) + bytes(claims) + SIGNATURE_CHARACTERS + 2;
}
