import type { PresenceCause, PresenceState } from "@/lib/protocol/presence";
import type { FactorKind } from "../outages/factors";

/** What is known of a device when somebody asks why it is away. Metadata only: no payload is among it. Times are moments of ours. */
export interface DeviceFacts {
  now: Date;
  lifecycle: "pending" | "active" | "suspended" | "retired";
  presence: { state: PresenceState; cause: PresenceCause; since: Date; lastSeenAt: Date | null };
  /** Its newest session; null before the first, and at other brokers. */
  session: { number: string; connectedAt: Date; endedAt: Date | null; keepAliveSeconds: number; network: string | null; address: string } | null;
  /** How many sessions it had, over all. */
  sessions: number;
  /** Ends of the last day. */
  endsLastDay: number;
  /** Of its last ten ends before this absence, those with a goodbye, and the usual pause after them in milliseconds; null: none. */
  goodbyes: { ended: number; clean: number; usualPauseMs: number | null };
  /** How long its profile lets it sleep after a goodbye; null: not at all. */
  plannedSleepMs: number | null;
  /** The token of its newest session, and how many others of it are valid now. */
  token: { id: string; expiresAt: Date; revokedAt: Date | null } | null;
  validTokens: number;
  outage: { id: string; factor: FactorKind; label: string; devices: number; away: number; over: boolean } | null;
  /** Others at its site (without one: of its profile). */
  neighbours: { where: string; connected: number; away: number };
  refusals: readonly Refused[];
  /** Another connection with its identity took the place of one, from another network, within a day. */
  secondHolder: { count: number; networks: readonly string[]; lastAt: Date } | null;
  /** Network of its newest session, when none of its sessions of 30 days before came from there. */
  newNetwork: { from: string; to: string } | null;
  /** How far its clock was off in its last messages, in seconds (positive: ahead), and how much it jumped among them. */
  clock: { offSeconds: number; jumpSeconds: number } | null;
  /** What its newest posture report says beside those of its profile; null without one. */
  posture: { at: Date; peers: number; oddListeners: readonly string[]; oddDestinations: readonly string[] } | null;
  /** A broker lives now. */
  brokerAlive: boolean;
}

/** Attempts of one hour that a broker refused, of one kind. */
export interface Refused {
  action: "connect" | "publish" | "subscribe";
  reason: string;
  count: number;
  firstAt: Date;
  lastAt: Date;
  address: string;
  network: string | null;
}

/** When this absence began: a moment shortly before it counts as before. */
export function isAfterLoss(at: Date, { presence }: Pick<DeviceFacts, "presence">): boolean {
  return at >= presence.since;
}
