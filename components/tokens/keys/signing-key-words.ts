import type { StateName, Tone } from "@/components/ui/state-shapes";
import type { RetirementPreview, SigningKeyView } from "@/lib/domain/tokens/signing-key-view";
import type { SigningKeyState } from "@/lib/domain/tokens/signing-keys";

export const SIGNING_KEY_MARKS: Record<SigningKeyState, { state: StateName; word: string; tone: Tone }> = {
  upcoming: { state: "waiting", word: "Upcoming", tone: "update" },
  signing: { state: "online", word: "Signing", tone: "ok" },
  verifying: { state: "silent", word: "Verifying", tone: "sleep" },
  retired: { state: "never_seen", word: "Retired", tone: "unknown" },
};

/** What the key is for now, in a few words. */
export const STATE_SENTENCES: Record<SigningKeyState, string> = {
  upcoming: "published, signs soon",
  signing: "signs every new token",
  verifying: "signs no more, is still accepted",
  retired: "accepted nowhere, private part destroyed",
};

/** The answer of the page: `One key signs, 2 more are accepted, the next is on its way`. */
export function keysAnswer(items: readonly Pick<SigningKeyView, "state">[]): string {
  const verifying = items.filter(({ state }) => state === "verifying").length;
  const accepted = verifying === 0 ? "" : `, ${verifying} more ${verifying === 1 ? "is" : "are"} accepted`;
  return `One key signs${accepted}${items.some(({ state }) => state === "upcoming") ? ", the next is on its way" : ""}`;
}

/** `9:05`, `1:02:03`, `2 d 03:04:05`. What is over is 0:00. */
export function countdown(ms: number): string {
  const total = Math.max(0, Math.ceil(ms / 1_000));
  const [days, hours, minutes, seconds] = [Math.floor(total / 86_400), Math.floor(total / 3_600) % 24, Math.floor(total / 60) % 60, total % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  if (days > 0) return `${days} d ${two(hours)}:${two(minutes)}:${two(seconds)}`;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** `North: 2, South: 1`, at most five. */
export function fleetWords(fleets: RetirementPreview["fleets"]): string {
  if (fleets.length === 0) return "none";
  const shown = fleets.slice(0, 5).map(({ name, tokens }) => `${name}: ${tokens.toLocaleString("en")}`);
  return `${shown.join(", ")}${fleets.length > shown.length ? `, and ${fleets.length - shown.length} more` : ""}`;
}
