import { DeliveryMarks } from "@/device/agent/buffer/delivery-marks";
import type { OutgoingBuffer } from "@/device/agent/buffer/outgoing-buffer";

interface SimulatedMessage {
  seq: number;
  payload: Uint8Array;
  /** `ledgerHash` of it. */
  hash: string;
}

/** Messages of one simulated device, kept over its power cuts. When it is full, the oldest go, counted. */
export class MemoryBuffer implements OutgoingBuffer {
  #messages: SimulatedMessage[] = [];
  readonly #marks: DeliveryMarks;
  readonly #limit: number;
  dropped = 0;

  constructor(options: { doneThrough: number; limit: number }) {
    this.#marks = new DeliveryMarks(options.doneThrough);
    this.#limit = options.limit;
  }

  get waiting(): number {
    return this.#messages.length;
  }

  add(message: SimulatedMessage): void {
    this.#messages.push(message);
    const oldest = this.#messages[0];
    if (this.#messages.length <= this.#limit || !oldest) return;
    this.#messages.shift();
    this.#marks.giveUp(oldest.seq);
    this.dropped++;
  }

  hashOf(seq: number): string | undefined {
    return this.#messages.find((message) => message.seq === seq)?.hash;
  }

  read(after: number, limit: number): readonly SimulatedMessage[] {
    const found: SimulatedMessage[] = [];
    for (const message of this.#messages) {
      if (found.length >= limit) break;
      if (message.seq <= after || this.#marks.isDone(message.seq)) continue;
      this.#marks.handOut(message.seq);
      found.push(message);
    }
    return found;
  }

  acknowledge(seq: number): void {
    const outcome = this.#marks.acknowledge(seq);
    if (outcome === "given_up") this.dropped--;
    const index = this.#messages.findIndex((message) => message.seq === seq);
    if (outcome === "done" && index >= 0) this.#messages.splice(index, 1);
  }
}
