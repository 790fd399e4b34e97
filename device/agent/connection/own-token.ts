import { z } from "zod";

const aclSchema = z.object({ acl: z.array(z.object({ permission: z.string(), action: z.string(), topic: z.string() })) });
const claimsSchema = z.object({
  sub: z.string().optional(),
  fleet: z.string().optional(),
  jti: z.string().optional(),
  iat: z.number().optional(),
  exp: z.number().optional(),
});

export interface OwnToken {
  device: string | undefined;
  fleet: string | undefined;
  tokenId: string | undefined;
  /** Milliseconds since 1970. */
  issuedAt: number | undefined;
  expiresAt: number | undefined;
}

/** What a device can read in its own token. Nothing is verified here: only the broker's judgement counts. */
export function readOwnToken(token: string): OwnToken {
  try {
    const { sub, fleet, jti, iat, exp } = claimsSchema.parse(claimsOf(token));
    const ms = (seconds: number | undefined) => (seconds === undefined ? undefined : seconds * 1000);
    return { device: sub, fleet, tokenId: jti, issuedAt: ms(iat), expiresAt: ms(exp) };
  } catch {
    return { device: undefined, fleet: undefined, tokenId: undefined, issuedAt: undefined, expiresAt: undefined };
  }
}

function claimsOf(token: string): unknown {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
}

/** May this token listen to that filter? Asking for what a token does not allow is a refusal that people have to read. */
export function mayListen(token: string | undefined, filter: string): boolean {
  if (token === undefined) return false;
  try {
    const scopes = aclSchema.parse(claimsOf(token)).acl.filter(({ action }) => action !== "publish");
    const covers = (own: string) => own === filter || (own.endsWith("/#") && filter.startsWith(own.slice(0, -1)));
    return scopes.every(({ permission }) => permission === "allow") && scopes.some(({ topic }) => covers(topic));
  } catch {
    return false;
  }
}

/**
 * May this token say something on that topic? Publishing what a token does not allow ends the connection, so a device with a narrow
 * token says nothing of its keys or its state. Errs on the silent side.
 */
export function maySpeakOf(token: string | undefined, topic: string): boolean {
  if (token === undefined) return false;
  try {
    const publishes = aclSchema.parse(claimsOf(token)).acl.filter(({ action }) => action !== "subscribe");
    const names = (filter: string) => filter === topic || (filter.endsWith("/#") && topic.startsWith(filter.slice(0, -1)));
    return publishes.every(({ permission }) => permission === "allow") && publishes.some((scope) => names(scope.topic));
  } catch {
    return false;
  }
}
