import { z } from "zod";
import { platformPartSchema } from "../platform/platform-view";

const count = z.number().int();
const days = z.number().nullable();

/** Everything that the compliance pack decides by: figures of one fleet at one moment. Devices are those that are not retired. */
export const complianceFactsSchema = z.object({
  devices: count,
  /** Zero inbound (docs/posture.md). */
  proved: count,
  listening: count,
  /** Reported in the last 24 hours what listens; of these nothing inbound that its profile does not allow. */
  reported: count,
  quiet: count,
  violating: count,
  /** Let in by a claim with a key pair of their own; and a serial number said. */
  identities: count,
  serials: count,
  firmwareKnown: count,
  /** With a desired state (docs/state.md); of these reporting all of it as desired. */
  configured: count,
  inSync: count,
  /** By the transport of their newest session. */
  overTls: count,
  overPlain: count,
  overWebSocket: count,
  /** By the encryption policy of their profile. */
  encryptionRequired: count,
  encryptionOptional: count,
  /** With TLS to the broker, or with payloads that are refused in the open. */
  confidential: count,
  /** With a content key in use; of these with a pinned key that it is delivered to. */
  contentKeys: count,
  pinnedKeys: count,
  oldestKeyDays: days,
  /** Refused in the last 24 hours for coming in the open. */
  leaks: count,
  liveTokens: count,
  withoutToken: count,
  longestTokenDays: days,
  tokenLimitDays: z.number(),
  /** Devices whose token was used in two places at once, in the last 30 days. */
  shared: count,
  refusals: count,
  revocations: count,
  receipts: count,
  lastRevocationAt: z.iso.datetime().nullable(),
  retired: count,
  /** Retired devices with a token that still works, or a key that still opens. */
  retiredWithAccess: count,
  flapping: count,
  /** In outages of the last 30 days. */
  outages: count,
  lost: count,
  back: count,
  /** Enabled alert rules on posture, leaks and silence. */
  securityRules: count,
  tamperSuspected: count,
  rejected: count,
  readers: count,
  retentionDays: count,
  platform: platformPartSchema,
});
export type ComplianceFacts = z.output<typeof complianceFactsSchema>;
