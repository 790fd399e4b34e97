import type { TokenRefusal } from "@/lib/domain/tokens/verify-claims";
import { LIMITS } from "@/lib/protocol/limits";

export interface ParsedToken {
  kid: string;
  /** Not verified yet: shape and values come from whoever sent it. */
  claims: unknown;
  /** The bytes that were signed. */
  signed: Buffer;
  signature: Buffer;
}

/** Every access token of ours begins with this header (plus its `kid`) and no other member: no jku, x5u, jwk or crit. */
export const TOKEN_HEADER = { alg: "EdDSA", typ: "JWT" } as const;
const ED25519_SIGNATURE_BYTES = 64;

/**
 * Takes a compact JWS (RFC 7515 section 7.1) apart. One token has one spelling: canonical base64url without padding or
 * spaces, and JSON exactly as `JSON.stringify` writes it, which also refuses duplicate members (finding 11).
 */
export function parseToken(text: string): ParsedToken | TokenRefusal {
  if (text.length === 0) return "missing";
  if (text.length > LIMITS.tokenBytes) return "too_large";
  const [headerPart = "", claimsPart = "", signaturePart = "", ...rest] = text.split(".");
  if (rest.length > 0) return "malformed";
  const header = decodeJson(headerPart);
  if (header === undefined) return "malformed";
  const kid = keyIdOf(header);
  if (kid === undefined) return "bad_header";
  const claims = decodeJson(claimsPart);
  const signature = decodePart(signaturePart);
  if (claims === undefined || signature?.length !== ED25519_SIGNATURE_BYTES) return "malformed";
  return { kid, claims, signed: Buffer.from(`${headerPart}.${claimsPart}`, "latin1"), signature };
}

/** Undefined when this is not our header. Told before the signature is looked at: another algorithm's has another length. */
function keyIdOf(header: unknown): string | undefined {
  if (header === null || typeof header !== "object") return undefined;
  const members = new Map<string, unknown>(Object.entries(header));
  const kid = members.get("kid");
  const ours = members.size === 3 && members.get("alg") === TOKEN_HEADER.alg && members.get("typ") === TOKEN_HEADER.typ;
  return ours && typeof kid === "string" ? kid : undefined;
}

function decodePart(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, "base64url");
  return part !== "" && bytes.toString("base64url") === part ? bytes : undefined;
}

function decodeJson(part: string): unknown {
  const bytes = decodePart(part);
  if (!bytes) return undefined;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    return JSON.stringify(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}
