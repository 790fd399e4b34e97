import { z } from "zod";

const claimsSchema = z.object({ sub: z.string().optional(), fleet: z.string().optional(), exp: z.number().optional() });

/** What a device can read in its own token. Nothing is verified here: only the broker's judgement counts. `expiresAt` in ms. */
export function readOwnToken(token: string): { device: string | undefined; fleet: string | undefined; expiresAt: number | undefined } {
  try {
    const payload = Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8");
    const { sub, fleet, exp } = claimsSchema.parse(JSON.parse(payload));
    return { device: sub, fleet, expiresAt: exp === undefined ? undefined : exp * 1000 };
  } catch {
    return { device: undefined, fleet: undefined, expiresAt: undefined };
  }
}
