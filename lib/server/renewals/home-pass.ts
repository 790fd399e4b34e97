import { createHash, createPublicKey, verify } from "node:crypto";
import { z } from "zod";
import { identityKeySchema } from "@/lib/protocol/claim";
import { HOME_PASS_BYTES, HOME_PASS_TYPE, homePassSchema } from "@/lib/protocol/home";

const headerSchema = z.strictObject({ alg: z.literal("ES256"), typ: z.literal(HOME_PASS_TYPE), jwk: identityKeySchema });

/** Is this pass signed by the key with that thumbprint (RFC 7638)? Never throws for what somebody sent. */
export function isHomePass(pass: string, thumbprint: string): boolean {
  if (pass.length > HOME_PASS_BYTES) return false;
  const [header = "", payload = "", signature = "", ...rest] = pass.split(".");
  if (rest.length > 0) return false;
  try {
    const { jwk } = headerSchema.parse(JSON.parse(Buffer.from(header, "base64url").toString("utf8")));
    const { crv, kty, x, y } = jwk;
    const print = createHash("sha256").update(JSON.stringify({ crv, kty, x, y })).digest("base64url");
    const said = homePassSchema.parse(JSON.parse(Buffer.from(payload, "base64url").toString("utf8")));
    if (print !== thumbprint || said.sub !== thumbprint) return false;
    const key = createPublicKey({ key: { crv, kty, x, y }, format: "jwk" });
    return verify("sha256", Buffer.from(`${header}.${payload}`), { key, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url"));
  } catch {
    return false;
  }
}
