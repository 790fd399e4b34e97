export const ENROLMENT_STATES = ["waiting", "approved", "denied", "issued", "stored"] as const;
/**
 * How far one device came by one claim. `waiting`: it has proved its key and a person has to agree. `issued`: its token and key
 * are on their way. `stored`: it has said that they are on its disk.
 */
export type EnrolmentState = (typeof ENROLMENT_STATES)[number];

/** `proof`: it proved its key now. `stored`: it has what it was sent. The others are a person's. */
export const ENROLMENT_EVENTS = ["proof", "approve", "deny", "stored"] as const;
export type EnrolmentEvent = (typeof ENROLMENT_EVENTS)[number];

type From = EnrolmentState | "none";

/** Every move there is. What does not stand here is refused, and changes nothing. */
const MOVES: Record<From, Partial<Record<EnrolmentEvent, EnrolmentState>>> = {
  none: { proof: "issued" },
  waiting: { proof: "waiting", approve: "approved", deny: "denied" },
  approved: { proof: "issued", deny: "denied" },
  denied: { approve: "approved" },
  issued: { proof: "issued", stored: "stored" },
  stored: { proof: "issued", stored: "stored" },
};

/** The next state, or undefined when the event does not fit. `needsPerson`: the first proof of a device that somebody has to agree to. */
export function nextEnrolmentState(from: EnrolmentState | undefined, event: EnrolmentEvent, needsPerson = false): EnrolmentState | undefined {
  if (from === undefined && event === "proof" && needsPerson) return "waiting";
  return MOVES[from ?? "none"][event];
}
