import { LIMITS } from "@/lib/protocol/limits";

/** A connection that waits for room. */
export interface Waiting {
  pump(): void;
}

/** Bytes held in front of the store over all connections; past that connections are not read any more. */
const HELD_IN_ALL = 64 * 1024 * 1024;

/**
 * Back-pressure, shared by all connections: while the store is full they hand nothing over, keep what comes up to their bounds,
 * and then leave it in the network. Nothing is lost by it and memory stays bounded.
 */
export class Flow {
  #full = false;
  #waiting = new Set<Waiting>();
  heldBytes = 0;

  get full(): boolean {
    return this.#full;
  }

  /** May a connection that holds so many bytes still be read? */
  mayRead(ownHeldBytes: number): boolean {
    return ownHeldBytes === 0 || (ownHeldBytes < LIMITS.heldBytes && this.heldBytes < HELD_IN_ALL);
  }

  setFull(full: boolean): void {
    if (full === this.#full) return;
    this.#full = full;
    if (full) return;
    const woken = this.#waiting;
    this.#waiting = new Set();
    for (const connection of woken) connection.pump();
  }

  wait(connection: Waiting): void {
    this.#waiting.add(connection);
  }

  forget(connection: Waiting): void {
    this.#waiting.delete(connection);
  }
}
