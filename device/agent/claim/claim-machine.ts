import type { ClaimRefusal } from "@/lib/protocol/claim";

/**
 * Where a device is on its way in. `greeting`: it said hello. `proving`: it signed a nonce. `storing`: token and key are on its disk,
 * and it said so. `waiting`: a person has to agree. `refused` and `done` are ends.
 */
export const CLAIM_PHASES = ["offline", "greeting", "proving", "waiting", "storing", "refused", "done"] as const;
export type ClaimPhase = (typeof CLAIM_PHASES)[number];

export type ClaimEvent =
  | { is: "connected"; hasToken: boolean }
  | { is: "challenge" | "waiting" | "provisioned" | "done" | "silence" | "disconnected" }
  | { is: "refused"; code: ClaimRefusal };

/** What to do on the way to the next phase. `prove` and `store` answer what just came. */
export type ClaimAct = "hello" | "prove" | "store" | "sayStored" | "tellWaiting" | "giveUp" | "finish" | undefined;

interface Step {
  phase: ClaimPhase;
  act: ClaimAct;
}

/**
 * Every step of the device's side, pure. Nothing depends on having seen an earlier message: after a power cut it begins with what
 * is on its disk, and each answer says by itself what comes next.
 */
export function advanceClaim(phase: ClaimPhase, event: ClaimEvent): Step {
  if (phase === "refused" || phase === "done") return { phase, act: undefined };
  switch (event.is) {
    case "disconnected":
      return { phase: "offline", act: undefined };
    case "connected":
      return event.hasToken ? { phase: "storing", act: "sayStored" } : { phase: "greeting", act: "hello" };
    case "challenge":
      return { phase: "proving", act: "prove" };
    case "waiting":
      return { phase: "waiting", act: phase === "waiting" ? undefined : "tellWaiting" };
    case "provisioned":
      return { phase: "storing", act: "store" };
    case "done":
      return phase === "storing" ? { phase: "done", act: "finish" } : { phase, act: undefined };
    case "refused":
      // The nonce was too old, or made for another claim: a new one helps.
      return event.code === "nonce_expired" ? { phase: "greeting", act: "hello" } : { phase: "refused", act: "giveUp" };
    case "silence":
      return phase === "offline"
        ? { phase, act: undefined }
        : phase === "storing"
          ? { phase, act: "sayStored" }
          : { phase: phase === "waiting" ? "waiting" : "greeting", act: "hello" };
  }
}
