/**
 * Which messages of a buffer are done. Messages are handed out in rising order, acknowledgements may come in any; `doneThrough`
 * is the number up to which nothing is open, and the only thing that has to survive a restart.
 */
export class DeliveryMarks {
  #doneThrough: number;
  #handedOut: number;
  /** Handed out and above `doneThrough`, rising. */
  readonly #open: number[] = [];
  /** Done, but an older one is still open. */
  readonly #done = new Set<number>();
  /** Given up while in flight: an acknowledgement may still come. */
  readonly #givenUp = new Set<number>();

  constructor(doneThrough: number) {
    this.#doneThrough = doneThrough;
    this.#handedOut = doneThrough;
  }

  get doneThrough(): number {
    return this.#doneThrough;
  }

  isDone(seq: number): boolean {
    return seq <= this.#doneThrough || this.#done.has(seq);
  }

  handOut(seq: number): void {
    if (seq <= this.#handedOut) return;
    this.#open.push(seq);
    this.#handedOut = seq;
  }

  /** `unknown`: never handed out, or done before. `given_up`: it arrived although it had been given up. */
  acknowledge(seq: number): "done" | "given_up" | "unknown" {
    if (this.#givenUp.delete(seq)) return "given_up";
    if (this.isDone(seq) || !this.#open.includes(seq)) return "unknown";
    this.#settle(seq);
    return "done";
  }

  giveUp(seq: number): void {
    if (this.isDone(seq) || !this.#open.includes(seq)) return;
    this.#givenUp.add(seq);
    this.#settle(seq);
  }

  #settle(seq: number): void {
    this.#done.add(seq);
    for (let oldest = this.#open[0]; oldest !== undefined && this.#done.delete(oldest); oldest = this.#open[0]) {
      this.#doneThrough = oldest;
      this.#open.shift();
    }
  }
}
