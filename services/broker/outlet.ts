import type { Duplex } from "node:stream";

/** Written to the network in pieces, so that a subscriber that takes little can be told from one that takes nothing. */
const PIECE = 64 * 1024;

/** The way out of one connection. Every batch holds whole MQTT packets. */
export class Outlet {
  /** Since when the piece being written waits for the network; undefined while nothing is being written. */
  writingSince: number | undefined;
  #first = true;

  /** `sessionPresent`: what aedes tells only of sessions with subscriptions (MQTT-3.2.2-2). */
  constructor(
    private readonly socket: Duplex,
    private readonly sessionPresent: boolean,
  ) {}

  /** `done` when the network has taken all of it, or is gone. */
  send(batch: Buffer, done: () => void): void {
    if (this.#first) {
      this.#first = false;
      if (this.sessionPresent && batch[0] === 0x20 && batch[3] === 0) batch[2] = 1;
    }
    this.#piece(batch, 0, done);
  }

  #piece(batch: Buffer, at: number, done: () => void): void {
    if (this.socket.destroyed || !this.socket.writable) {
      this.writingSince = undefined;
      done();
      return;
    }
    this.writingSince = performance.now();
    this.socket.write(batch.length <= PIECE ? batch : batch.subarray(at, at + PIECE), (error) => {
      this.writingSince = undefined;
      if (error || at + PIECE >= batch.length) done();
      else this.#piece(batch, at + PIECE, done);
    });
  }
}
