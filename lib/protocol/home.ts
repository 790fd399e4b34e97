import { z } from "zod";
import { thumbprintSchema } from "./claim";

/**
 * The way home (docs/provisioning.md): a device whose token ended connects with a pass that it signs itself with its enrolled identity
 * key, its thumbprint being the user name, and speaks the claim protocol on topics of its own.
 */
export const homeTopics = {
  up: (applicant: string) => `sp/v1/home/${applicant}/up`,
  down: (applicant: string) => `sp/v1/home/${applicant}/down`,
} as const;

/** Header of the pass, a compact JWS by ES256; `jwk`: the identity key. No access token looks like it. */
export const HOME_PASS_TYPE = "home+jwt";
/**
 * What is signed. No time: a device that was away for long may not know it, and who replays a pass can do nothing but ask for nonces.
 * That the key is held now, the signed nonce proves.
 */
export const homePassSchema = z.strictObject({ aud: z.literal("sallyport-home"), sub: thumbprintSchema });
export const HOME_PASS_BYTES = 1_024;
