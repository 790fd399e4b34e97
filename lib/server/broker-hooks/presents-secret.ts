import { createHash, timingSafeEqual } from "node:crypto";

/**
 * Does the caller show the hooks' secret, as `Authorization: Bearer SECRET` (EMQX) or as the password of `Basic` (RabbitMQ, from
 * its configured address)? Without a configured secret nobody does: the hooks would tell anyone whether a token is good.
 */
export function presentsSecret(headers: Headers, secret: string | undefined): boolean {
  const shown = secretIn(headers.get("authorization") ?? "");
  return secret !== undefined && shown !== undefined && timingSafeEqual(digest(shown), digest(secret));
}

function secretIn(authorization: string): string | undefined {
  const [, scheme, value] = /^(Bearer|Basic) +([^ ]+)$/i.exec(authorization) ?? [];
  if (scheme === undefined || value === undefined) return undefined;
  if (scheme.toLowerCase() === "bearer") return value;
  const pair = Buffer.from(value, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  return colon < 0 ? undefined : pair.slice(colon + 1);
}

/** Equal lengths for `timingSafeEqual`. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
