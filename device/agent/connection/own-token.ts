import { z } from "zod";

const claimsSchema = z.object({ sub: z.string().optional(), fleet: z.string().optional(), jti: z.string().optional(), exp: z.number().optional() });

export interface OwnToken {
  device: string | undefined;
  fleet: string | undefined;
  tokenId: string | undefined;
  /** Milliseconds since 1970. */
  expiresAt: number | undefined;
}

/** What a device can read in its own token. Nothing is verified here: only the broker's judgement counts. */
export function readOwnToken(token: string): OwnToken {
  try {
    const payload = Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8");
    const { sub, fleet, jti, exp } = claimsSchema.parse(JSON.parse(payload));
    return { device: sub, fleet, tokenId: jti, expiresAt: exp === undefined ? undefined : exp * 1000 };
  } catch {
    return { device: undefined, fleet: undefined, tokenId: undefined, expiresAt: undefined };
  }
}
