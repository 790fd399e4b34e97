/**
 * What is known of a device's open ports in the last 24 hours, the most urgent first. Proved: it reported in that time, and every report
 * of that time says that nothing outside of loopback listens. Whatever its profile allows, a port that listens is no zero.
 */
export const PROOF_STATES = ["listening", "listened", "untold", "stale", "no_agent", "no_report", "proved"] as const;
export type ProofState = (typeof PROOF_STATES)[number];

export const PROOF_HOURS = 24;

/** Why it is not proved, as the statement says it. */
export const PROOF_REASONS: Record<ProofState, string> = {
  proved: "Reported in the last 24 hours, and nothing listened.",
  listening: "Its newest report shows ports that listen.",
  listened: "Nothing listens now; a report of the last 24 hours showed ports that did.",
  untold: "Its reports do not say what listens, by TCP and by UDP.",
  stale: "Its newest report is more than 24 hours old.",
  no_agent: "It has connected and never sent a report: nothing on it makes one.",
  no_report: "It has never connected, so it has never reported.",
};
