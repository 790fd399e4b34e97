import type { AedesPublishPacket } from "aedes";
import { type Deliver, owners, type Subscriber } from "./aedes-seams";
import { FilterTree } from "./filter-tree";

const nothing = () => {};

/**
 * The emitter between publishers and subscribers, in place of mqemitter. It waits for no subscriber, so that one that does not
 * read holds up nobody (findings 4 and 5), and gives each client one copy of a message, by its filter with the highest QoS.
 */
export class FanOut {
  readonly #tree = new FilterTree<Deliver>();
  closed = false;

  on(filter: string, deliver: Deliver, done?: () => void): this {
    this.#tree.add(filter, deliver);
    if (done) setImmediate(done);
    return this;
  }

  removeListener(filter: string, deliver: Deliver, done?: () => void): this {
    this.#tree.remove(filter, deliver);
    if (done) setImmediate(done);
    return this;
  }

  emit(packet: AedesPublishPacket, done: (error?: Error) => void = nothing): this {
    if (this.closed) {
      done(new Error("the broker is closed"));
      return this;
    }
    const best = new Map<Subscriber, { deliver: Deliver; qos: number }>();
    const inner: Deliver[] = [];
    this.#tree.match(packet.topic, (deliver) => {
      const owner = owners.get(deliver);
      if (!owner) return void inner.push(deliver);
      const known = best.get(owner.subscriber);
      if (!known || known.qos < owner.qos) best.set(owner.subscriber, { deliver, qos: owner.qos });
    });
    for (const deliver of inner) deliver(packet, nothing);
    for (const { deliver } of best.values()) deliver(packet, nothing);
    // Not at once: aedes would call itself once more for every packet of a burst.
    process.nextTick(done);
    return this;
  }

  close(done: () => void = nothing): this {
    this.closed = true;
    setImmediate(done);
    return this;
  }
}
