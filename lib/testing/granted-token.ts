import { createHash } from "node:crypto";
import { systemClock } from "@/lib/base/clock";
import { newId } from "@/lib/base/ids";
import { type Scope, TOKEN_AUDIENCE, TOKEN_ISSUER, type TokenClaims } from "@/lib/protocol/access";
import type { Database } from "@/lib/server/database/client";
import { writeToken } from "@/lib/server/tokens/mint-token";
import { ensureSigningKey } from "@/lib/server/tokens/signing-keys";
import { testSecrets } from "./secrets";

export interface GrantedToken {
  username: string;
  clientId: string;
  password: string;
  tokenId: string;
}

/**
 * A signed token with its row, for scopes that minting refuses too (malformed ones, ones outside every fleet). A device's when
 * `device` is given, else a service's; both bound to their own client id.
 */
export async function grantedToken(
  database: Database,
  { scopes, device, ttlSeconds = 600 }: { scopes: readonly Scope[]; device?: { id: string; fleetId: string }; ttlSeconds?: number },
): Promise<GrantedToken> {
  const signer = await ensureSigningKey(database, testSecrets());
  const subject = device?.id ?? newId("service");
  const tokenId = newId("accessToken");
  const iat = Math.floor(systemClock.now().getTime() / 1000);
  const exp = iat + ttlSeconds;
  const claims: TokenClaims = {
    iss: TOKEN_ISSUER,
    aud: TOKEN_AUDIENCE,
    sub: subject,
    jti: tokenId,
    iat: Math.min(iat, exp - 1),
    exp,
    ...(device ? { fleet: device.fleetId, kind: "device" as const } : { kind: "service" as const, cid: subject }),
    acl: [...scopes],
  };
  const token = writeToken(claims, signer);
  await database.prisma.accessToken.create({
    data: {
      id: tokenId,
      fleetId: device?.fleetId ?? null,
      subjectKind: claims.kind,
      subject,
      deviceId: device?.id ?? null,
      scopes: claims.acl,
      kid: signer.kid,
      digest: createHash("sha256").update(token).digest("base64url"),
      expiresAt: new Date(exp * 1000),
    },
  });
  return { username: subject, clientId: subject, password: token, tokenId };
}
