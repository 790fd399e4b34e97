import type { SessionOutcome } from "./receipt";
import type { RevocationPreview, RevocationRow, RevocationSelector } from "./revocation-view";

const count = (number: number, one: string, many = `${one}s`): string => `${number.toLocaleString("en")} ${number === 1 ? one : many}`;

/** `214 ms`, `1.9 s`. What was too quick for the clocks, or before by them, is 0 ms. */
export function milliseconds(ms: number): string {
  return ms < 1_000 ? `${Math.max(0, Math.round(ms))} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

/** What was meant, as a person says it. */
export function selectorWords(selector: RevocationSelector): string {
  if ("tokenId" in selector) return `token ${selector.tokenId}`;
  if ("deviceId" in selector) return `all of device ${selector.deviceId}`;
  if ("batchId" in selector) return `all of batch ${selector.batchId}`;
  if ("kid" in selector) return `all signed by key ${selector.kid}`;
  if ("query" in selector) return `all that match ${selector.query}`;
  return selector.issuedBefore === undefined ? `all of ${selector.subject}` : `all of ${selector.subject} issued before ${selector.issuedBefore}`;
}

/** The answer of a receipt: `3 of 3 sessions cut in 214 ms`. */
export function cutWords({ sessions, cut, lastCutMilliseconds }: Pick<RevocationRow, "sessions" | "cut" | "lastCutMilliseconds">): string {
  if (sessions === 0) return "No session was open";
  const within = lastCutMilliseconds === null ? "" : ` in ${milliseconds(lastCutMilliseconds)}`;
  return `${cut.toLocaleString("en")} of ${count(sessions, "session")} cut${within}`;
}

export const OUTCOME_WORDS: Record<SessionOutcome, string> = {
  open: "still open",
  cut: "cut",
  ended: "ended by itself",
  removed: "access removed",
  broker_restarted: "ended with its broker",
  not_cut: "not cut",
};

/** What is about to be met: `2 at embedded, 1 at rabbitmq`. */
export function sessionWords(sessions: RevocationPreview["sessions"]): string {
  const total = sessions.reduce((sum, one) => sum + one.sessions, 0);
  if (total === 0) return "none";
  return sessions.map((one) => `${one.sessions.toLocaleString("en")} at ${one.broker}`).join(", ");
}

/** `1: Pump 7`, `12: Pump 1, Pump 2, …` */
export function leftWithoutWords({ count: devices, first }: RevocationPreview["devicesLeftWithout"]): string {
  if (devices === 0) return "none";
  return `${devices.toLocaleString("en")}: ${first.map(({ name }) => name).join(", ")}${devices > first.length ? ", …" : ""}`;
}

export const tokenCount = (tokens: number): string => count(tokens, "token");
