import { SallyportError } from "@/lib/base/errors";
import type { Context } from "../context";
import type { Transaction } from "../database/client";

type Store = Pick<Transaction, "sealedFleet">;

export async function isSealed(store: Store, fleetId: string): Promise<boolean> {
  return (await store.sealedFleet.count({ where: { fleetId } })) > 0;
}

/** Throws `sealed` for what the server can do only where it holds the keys. `what` ends the sentence. */
export async function refuseWhenSealed(store: Store, fleetId: string, what: string, hint: string): Promise<void> {
  if (await isSealed(store, fleetId)) throw new SallyportError("sealed", `This fleet is sealed: ${what}`, { hint });
}

/** Keys of a sealed fleet belong to people: no API key and no process has any. */
export function personOf({ actor }: Pick<Context, "actor">): string {
  if (actor.kind === "user") return actor.id;
  throw new SallyportError("forbidden", "Only a person who is signed in holds keys of a sealed fleet.");
}
