import { createHash } from "node:crypto";
import { SallyportError } from "@/lib/base/errors";
import { newId } from "@/lib/base/ids";
import { deniesFirst, isPortableFilter } from "@/lib/domain/tokens/portable-scopes";
import { filterProblem } from "@/lib/domain/tokens/topic-filter";
import { type Scope, TOKEN_AUDIENCE, TOKEN_ISSUER, type TokenClaims } from "@/lib/protocol/access";
import { LIMITS } from "@/lib/protocol/limits";
import { TOPIC_ROOT } from "@/lib/protocol/topics";
import type { Transaction } from "../database/client";
import type { Secrets } from "../secrets";
import { TOKEN_HEADER } from "./parse-token";
import { currentSigner, type Signer } from "./signing-keys";

export interface TokenSpec {
  kind: TokenClaims["kind"];
  /** Null only for the platform's own services. */
  fleetId: string | null;
  /** The MQTT user name: device id, user id or service id. */
  subject: string;
  deviceId?: string;
  /** Empty means nothing, never everything. */
  scopes: readonly Scope[];
  ttlSeconds: number;
  /** Bound client id. Devices need none: theirs is the device id. */
  clientId?: string;
  label: string;
  /** Scalars that the token carries for its holder. */
  meta?: NonNullable<TokenClaims["meta"]>;
  /** Who granted it, as named now. Left out: the platform itself. */
  grantedBy?: string;
  batchId?: string;
  replacesId?: string;
  /** Its device has an identity key, and exchanges it before it ends. */
  renews?: boolean;
}

export interface MintedToken {
  /** Shown once; only its digest is kept. */
  token: string;
  tokenId: string;
  expiresAt: Date;
}

/** What minting needs; a verb's WriteContext is one. */
export interface Minting {
  tx: Pick<Transaction, "accessToken" | "signingKey" | "$queryRaw">;
  secrets: Secrets;
  now: Date;
}

/** Rows of one INSERT: far below Postgres' 65,535 parameters. */
const ROWS_AT_ONCE = 1_000;

/** Signs a token and keeps its row, in the caller's transaction. Says nothing about permission: the calling verb does. */
export async function mintToken(minting: Minting, spec: TokenSpec): Promise<MintedToken> {
  const [minted] = await mintTokens(minting, [spec]);
  if (!minted) throw new SallyportError("internal", "No token was made.");
  return minted;
}

/** The same for many, in the order of the specs. */
export async function mintTokens({ tx, secrets, now }: Minting, specs: readonly TokenSpec[]): Promise<MintedToken[]> {
  for (const spec of specs) assertScopes(spec);
  const signer = await currentSigner(tx, secrets, now);
  if (!signer)
    throw new SallyportError("unavailable", "There is no signing key yet.", { hint: "It is made at the first start: start the product once, then try again." });
  const signed = specs.map((spec) => signToken(spec, signer, now));
  for (let start = 0; start < signed.length; start += ROWS_AT_ONCE)
    await tx.accessToken.createMany({ data: signed.slice(start, start + ROWS_AT_ONCE).map(({ row }) => row) });
  return signed.map(({ token, row }) => ({ token, tokenId: row.id, expiresAt: row.expiresAt }));
}

function signToken(spec: TokenSpec, signer: Signer, now: Date) {
  const tokenId = newId("accessToken");
  const iat = Math.floor(now.getTime() / 1000);
  const claims: TokenClaims = {
    iss: TOKEN_ISSUER,
    aud: TOKEN_AUDIENCE,
    sub: spec.subject,
    jti: tokenId,
    iat,
    exp: iat + Math.max(1, Math.floor(spec.ttlSeconds)),
    ...(spec.fleetId === null ? {} : { fleet: spec.fleetId }),
    kind: spec.kind,
    ...(spec.clientId === undefined ? {} : { cid: spec.clientId }),
    acl: deniesFirst(spec.scopes),
    ...(spec.meta && Object.keys(spec.meta).length > 0 ? { meta: spec.meta } : {}),
  };
  const token = writeToken(claims, signer);
  if (token.length > LIMITS.tokenBytes)
    throw new SallyportError("too_large", `The token would have ${token.length} bytes; at most ${LIMITS.tokenBytes}.`, { hint: "Grant fewer scopes." });
  const row = {
    id: tokenId,
    fleetId: spec.fleetId,
    subjectKind: spec.kind,
    subject: spec.subject,
    deviceId: spec.deviceId ?? null,
    label: spec.label,
    clientId: spec.clientId ?? null,
    scopes: claims.acl,
    meta: spec.meta ?? {},
    batchId: spec.batchId ?? null,
    replacesId: spec.replacesId ?? null,
    renews: spec.renews ?? false,
    grantedBy: spec.grantedBy ?? "",
    kid: signer.kid,
    digest: createHash("sha256").update(token).digest("base64url"),
    issuedAt: new Date(iat * 1000),
    expiresAt: new Date(claims.exp * 1000),
  };
  return { token, row };
}

/** The one spelling that `parseToken` reads. */
export function writeToken(claims: TokenClaims, signer: { kid: string; sign(data: Uint8Array): Buffer }): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ ...TOKEN_HEADER, kid: signer.kid })}.${part(claims)}`;
  return `${signed}.${signer.sign(Buffer.from(signed, "latin1")).toString("base64url")}`;
}

/** A token of a fleet reaches into that fleet only, whatever the caller composed. */
function assertScopes({ kind, fleetId, scopes }: TokenSpec): void {
  if (fleetId === null && kind !== "service") throw new SallyportError("invalid_input", "Only a service of the platform belongs to no fleet.");
  for (const { topic } of scopes) {
    const outside = fleetId !== null && !topic.startsWith(`${TOPIC_ROOT}/${fleetId}/`);
    if (outside || filterProblem(topic)) throw new SallyportError("invalid_input", "A scope of this token is not a topic filter of its fleet.");
    if (!isPortableFilter(topic))
      throw new SallyportError("invalid_input", "A scope of this token would mean something else at another broker.", {
        hint: "Leave out dots, stars, `${` and a leading `eq `.",
      });
  }
}
