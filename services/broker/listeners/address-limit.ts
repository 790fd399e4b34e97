import type { Socket } from "node:net";

/** Connections per address, over all listeners: one address can neither exhaust the broker nor, below its bound, be told apart. */
export class AddressLimit {
  readonly #open = new Map<string, number>();
  refused = 0;

  constructor(private readonly most: number) {}

  /** Counts the connection until it closes; closes it at once when its address has too many. */
  admit(socket: Socket): boolean {
    const address = socket.remoteAddress;
    const open = address === undefined ? this.most : (this.#open.get(address) ?? 0);
    if (address === undefined || open >= this.most) {
      this.refused++;
      socket.destroy();
      return false;
    }
    this.#open.set(address, open + 1);
    socket.once("close", () => {
      const left = (this.#open.get(address) ?? 1) - 1;
      if (left === 0) this.#open.delete(address);
      else this.#open.set(address, left);
    });
    return true;
  }
}

/** As people write it: IPv4 callers of a dual-stack listener without the IPv6 mapping. */
export function addressOf(socket: Pick<Socket, "remoteAddress">): string {
  return (socket.remoteAddress ?? "").replace(/^::ffff:/, "");
}
