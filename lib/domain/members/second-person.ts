import { SallyportError } from "@/lib/base/errors";

/** Who acts on what somebody asked for. */
export interface Acting {
  id: string;
  /** Signed in, no key and no process: only people vouch for others. */
  person: boolean;
  /** Did this person make the key that asked? Then they asked. */
  madeRequester: boolean;
}

/** The two-person rule. Throws `forbidden` for who asked, and for who is no person. `what` completes "You asked for this". */
export function assertSecondPerson(requestedById: string, by: Acting, what: string): void {
  if (!by.person) throw new SallyportError("forbidden", `Only a signed-in person decides about a ${what}.`);
  if (by.id === requestedById || by.madeRequester)
    throw new SallyportError("forbidden", `A second admin has to decide: you asked for this ${what}.`, { hint: "You can withdraw it." });
}
