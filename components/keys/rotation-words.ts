import type { Share } from "@/components/ui/share-bar";
import type { StateName } from "@/components/ui/state-shapes";
import type { RotationState } from "@/lib/domain/encryption/rotation-state";
import type { RotationCounts, RotationDetail, RotationDeviceView, RotationOutcome, RotationView } from "@/lib/domain/encryption/rotation-view";
import { WHY_WORDS } from "./key-words";

export const ROTATION_MARKS: Record<RotationState, { state: StateName; word: string }> = {
  running: { state: "updating", word: "Running" },
  paused: { state: "waiting", word: "Paused" },
  halted: { state: "failed", word: "Halted" },
  finished: { state: "done", word: "Finished" },
  rolled_back: { state: "archived", word: "Rolled back" },
};

export const OUTCOME_MARKS: Record<RotationOutcome, { state: StateName; word: string }> = {
  planned: { state: "never_seen", word: "Its wave has not begun" },
  waiting: { state: "waiting", word: "Not announced" },
  announced: { state: "waiting", word: "Announced" },
  received: { state: "pending", word: "Received" },
  used: { state: "done", word: "Used on wire" },
  failed: { state: "failed", word: "Failed" },
  over: { state: "archived", word: "Left the rotation" },
};

export function rotationShares({ usedOnWire, received, announced, waiting, failed, planned, superseded }: RotationCounts): Share[] {
  return [
    { key: "used", label: "Used on wire", count: usedOnWire, tone: "ok" },
    { key: "received", label: "Received, not used yet", count: received, tone: "update" },
    { key: "announced", label: "Announced, no reply", count: announced, tone: "sleep" },
    { key: "waiting", label: "Not announced", count: waiting, tone: "unknown" },
    { key: "failed", label: "Failed", count: failed, tone: "bad" },
    { key: "planned", label: "Wave not begun", count: planned, tone: "unknown" },
    { key: "superseded", label: "Left the rotation", count: superseded, tone: "sleep" },
  ];
}

export function targetWords(target: string): string {
  if (target === "fleet") return "Whole fleet";
  return target.startsWith("policy: ") ? "By the rotation policy" : target;
}

/** Waves are counted from 1 for people. */
export function waveName(wave: number, { canaryCount, waveCount }: Pick<RotationDetail, "canaryCount" | "waveCount">): string {
  if (canaryCount > 0 && waveCount > 1) return wave === 0 ? "Canary" : `Wave ${wave}`;
  return waveCount === 1 ? "All at once" : `Wave ${wave + 1}`;
}

export function rotationAnswer({ usedOnWire, devices, state }: RotationView): string {
  const counts = `${usedOnWire.toLocaleString("en")} of ${devices.toLocaleString("en")}`;
  return state === "rolled_back" ? `Rolled back: ${counts} use their former key` : `${counts} use their new key on the wire`;
}

const plural = (count: number, one: string) => `${count.toLocaleString("en")} ${one}${count === 1 ? "" : "s"}`;

/** What happens next, or why nothing does. */
export function rotationNow(rotation: RotationDetail): string {
  const { state, waitsFor, stateBy, stateWhy, waiting, announced, received, away, failed, wave, soakSeconds } = rotation;
  const name = waveName(wave, rotation);
  if (state === "paused") return `Paused by ${stateBy}: ${stateWhy}`;
  if (state === "halted") return `Halted: ${stateWhy} No further wave begins until somebody resumes it or rolls it back.`;
  if (state === "finished") return "Every device is settled.";
  if (state === "rolled_back") return `Rolled back by ${stateBy}: ${stateWhy}`;
  if (waitsFor === "devices") return `${name} is under way: ${plural(waiting + announced + received - away, "device")} to go.`;
  if (waitsFor === "soak") return `${name} is done and is watched for ${plural(Math.round(soakSeconds / 60), "minute")}; then the next begins.`;
  if (waitsFor === "canary") return `${name} has proven nothing yet: none of its devices is there. The next begins when one was seen with its new key.`;
  if (waitsFor === "laggards") return laggardWords(away, failed);
  return "The next step is taken within a second.";
}

function laggardWords(away: number, failed: number): string {
  const parts = [...(away > 0 ? [`${plural(away, "device")} away`] : []), ...(failed > 0 ? [`${failed.toLocaleString("en")} failed`] : [])];
  return `All waves have begun; left are ${parts.join(", ")}. Whoever is away gets the key on returning.`;
}

const FAILURE_WORDS = {
  refused: "What it sent since does not open",
  stuck: "Connected, and does not use its new key for too long",
} as const;

export function whyWords(why: NonNullable<RotationDeviceView["why"]>): string {
  return why === "refused" || why === "stuck" ? FAILURE_WORDS[why] : WHY_WORDS[why];
}
