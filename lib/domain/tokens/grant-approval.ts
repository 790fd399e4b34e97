import { SallyportError } from "@/lib/base/errors";
import { type Acting, assertSecondPerson } from "../members/second-person";

export const GRANT_REQUEST_STATES = ["waiting", "approved", "rejected", "withdrawn", "collected"] as const;
export type GrantRequestState = (typeof GRANT_REQUEST_STATES)[number];
export type GrantRequestAct = "approve" | "reject" | "withdraw" | "collect";

export interface Asked {
  state: GrantRequestState;
  requestedById: string;
  expiresAt: Date;
}

const FROM: Record<GrantRequestAct, readonly GrantRequestState[]> = {
  approve: ["waiting"],
  reject: ["waiting"],
  withdraw: ["waiting", "approved"],
  collect: ["approved"],
};
const TO = { approve: "approved", reject: "rejected", withdraw: "withdrawn", collect: "collected" } as const;

/** The state that follows. Throws `forbidden` for who may not, `expired` and `conflict` for what is over. */
export function nextGrantState(asked: Asked, act: GrantRequestAct, by: Acting, now: Date): GrantRequestState {
  const decides = act === "approve" || act === "reject";
  if (decides) assertSecondPerson(asked.requestedById, by, "grant");
  if (!decides && by.id !== asked.requestedById) throw new SallyportError("forbidden", `Only who asked for this grant can ${act} it.`);
  if (!FROM[act].includes(asked.state)) throw new SallyportError("conflict", NOT_ANY_MORE[asked.state]);
  if (asked.expiresAt <= now) throw new SallyportError("expired", "This request is over: nobody acted on it in time.", { hint: "Ask again." });
  return TO[act];
}

const NOT_ANY_MORE: Record<GrantRequestState, string> = {
  waiting: "A second admin has not decided yet.",
  approved: "This grant is approved already.",
  rejected: "This grant was rejected.",
  withdrawn: "This grant was withdrawn by who asked for it.",
  collected: "Its token was collected already.",
};
