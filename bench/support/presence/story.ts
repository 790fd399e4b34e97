import type { DisconnectReason } from "@/lib/protocol/presence";

/** A device of a story, by its place in the list. Times are seconds since the story began. */
export interface Unit {
  site: number;
  address: string;
  firmware: string;
  profile: number;
  /** Tokens with the same number were granted together. */
  batch: number | null;
  keepAlive: number;
  /** It never connected before, and is not connected when the story begins. */
  fresh?: boolean;
  /** It is used to say goodbye and to be back after so many seconds. */
  sleeps?: number;
}

export type Step = { at: number; unit: number } & (
  | { kind: "connect"; address?: string }
  | { kind: "drop"; reason: DisconnectReason }
  | { kind: "refuse"; action: "connect" | "publish" | "subscribe"; reason: string; count: number; address?: string }
  | { kind: "posture"; listeners: readonly number[]; remotes: readonly string[] }
  /** A message, stamped so many seconds off our time. */
  | { kind: "message"; off: number }
  | { kind: "token"; ends: "expired" | "revoked" }
  | { kind: "suspend" }
);

/** What happened, and what ought to be said of it. */
export interface Story {
  kind: string;
  units: Unit[];
  steps: Step[];
  /** The broker dies without a word at `at`, and a new run begins `seconds` later. */
  crashes: { at: number; seconds: number }[];
  seconds: number;
  truth: {
    /** Units of each outage. */
    outages: number[][];
    tampered: number[];
    /** What should stand first when somebody asks at that moment; any of these words. */
    causes: { unit: number; at: number; keys: readonly string[] }[];
  };
}
