import { z } from "zod";
import { SIGNING_KEY_STATES } from "./signing-keys";

const time = z.iso.datetime();
const brokerCount = z.object({ broker: z.string(), sessions: z.number().int() });

const signingKeySchema = z.object({
  kid: z.string(),
  state: z.enum(SIGNING_KEY_STATES),
  createdAt: time,
  signsFrom: time,
  /** When the next key took, or will take, its place; null while none is there. */
  signsUntil: time.nullable(),
  retiredAt: time.nullable(),
  /** Granted tokens of it that hold now. */
  tokens: z.number().int(),
  /** When the last of them ends; null without one. */
  lastExpiresAt: time.nullable(),
  /** Of them, those of the asked fleet. */
  tokensInFleet: z.number().int(),
});
export type SigningKeyView = z.output<typeof signingKeySchema>;

/** Answer of `GET /api/v1/signing-keys`: all there ever were, the newest first. */
export const signingKeyListSchema = z.object({
  items: z.array(signingKeySchema),
  nextCursor: z.null(),
  total: z.number().int(),
  now: time,
  /** Whose tokens are counted: of all fleets for who may rotate, else of the asked one. */
  counted: z.enum(["installation", "fleet"]),
  mayRotate: z.boolean(),
});
export type SigningKeyList = z.output<typeof signingKeyListSchema>;

/** Answer of `POST /api/v1/signing-keys/rotations`. */
export const rotatedSchema = z.object({
  kid: z.string(),
  signsFrom: time,
  /** It was published before, and signs earlier than it would have. */
  broughtForward: z.boolean(),
});

/** Answer of `POST /api/v1/signing-keys/retirements/preview`: what retiring the key would meet now, exactly. */
export const retirementPreviewSchema = z.object({
  kid: z.string(),
  state: z.enum(SIGNING_KEY_STATES),
  /** Granted tokens of all fleets: send it back as `expectedTokens`. */
  tokens: z.number().int(),
  fleets: z.array(z.object({ id: z.string(), name: z.string(), tokens: z.number().int() })),
  /** Open with these tokens, per broker. */
  sessions: z.array(brokerCount),
  /** Devices that hold no other token that lasts. */
  devicesLeftWithout: z.number().int(),
  /** Tokens of open browser tabs and of our own processes: they get new ones by themselves. */
  renewedByThemselves: z.number().int(),
});
export type RetirementPreview = z.output<typeof retirementPreviewSchema>;

/** Answer of `POST /api/v1/signing-keys/retirements`: one revocation with its receipt for each fleet that had tokens. */
export const retiredSchema = z.object({
  kid: z.string(),
  tokens: z.number().int(),
  revocations: z.array(z.object({ fleetId: z.string(), revocationId: z.string(), tokens: z.number().int() })),
});
export type Retired = z.output<typeof retiredSchema>;
