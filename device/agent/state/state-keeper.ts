import { type DesiredMessage, desiredMessageSchema, type StateDocument, type StateReport } from "@/lib/protocol/state";
import type { Sealer } from "../keys/sealer";
import type { StateStore } from "./state-store";

/** What a device made of a desired document: what it is now, and by path what it does not take, with a sentence. */
export interface StateAnswer {
  reported: StateDocument;
  errors?: Record<string, string>;
}

/** Works through a desired document, whole; called again with the same one after a restart. */
export type ApplyState = (desired: StateDocument) => StateAnswer | Promise<StateAnswer>;

interface StateKeeperOptions {
  store: StateStore;
  sealer: Pick<Sealer, "sealOn" | "open"> | undefined;
  apply: ApplyState;
  /** Publishes on `up/state`; false: there is no connection, it is said at the next one. */
  publish: (payload: Uint8Array) => Promise<boolean>;
  onTrouble?: (error: unknown) => void;
}

/**
 * Follows what is desired of this device: works through each document, stores it, and says what became of it, at each connection and
 * after each change. An older document than the stored one is not taken: somebody on the way may have kept it.
 */
export class StateKeeper {
  readonly #options: StateKeeperOptions;
  #version = 0;
  #answer: StateAnswer = { reported: {} };
  /** One document after the other. */
  #work: Promise<void>;

  constructor(options: StateKeeperOptions) {
    this.#options = options;
    const { version, desired } = options.store.read();
    this.#work = this.#run(async () => this.#applied(version, desired));
  }

  /** Says what this device is, and by its version what it lacks. */
  greet(): Promise<void> {
    return this.#then(() => this.#say());
  }

  /** A message on `down/state`. What does not open, or is none, is not answered. */
  receive(payload: Uint8Array): Promise<void> {
    return this.#then(async () => {
      const message = this.#read(payload);
      if (!message) return;
      const stored = this.#options.store.read();
      if (message.version > stored.version) {
        this.#options.store.write({ ...stored, version: message.version, desired: message.desired });
        await this.#applied(message.version, message.desired);
      }
      await this.#say();
    });
  }

  async #applied(version: number, desired: StateDocument): Promise<void> {
    this.#answer = await this.#options.apply(desired);
    this.#version = version;
  }

  #read(payload: Uint8Array): DesiredMessage | undefined {
    const { sealer } = this.#options;
    const plain = sealer ? sealer.open("state", payload) : payload;
    if (!plain) return undefined;
    try {
      return desiredMessageSchema.safeParse(JSON.parse(Buffer.from(plain).toString("utf8"))).data;
    } catch {
      return undefined;
    }
  }

  async #say(): Promise<void> {
    const { store, sealer, publish } = this.#options;
    const { reported, errors = {} } = this.#answer;
    const plain = Buffer.from(JSON.stringify({ version: this.#version, reported, errors } satisfies StateReport));
    if (!sealer) return void (await publish(plain));
    const stored = store.read();
    // Above every number before, also when the clock was set back. Stored first: no number is used twice.
    const number = Math.max(stored.number + 1, Date.now());
    const payload = sealer.sealOn("state", number, plain);
    if (!payload) return;
    store.write({ ...stored, number });
    await publish(payload);
  }

  #then(work: () => Promise<void>): Promise<void> {
    const running = this.#work.then(() => this.#run(work));
    this.#work = running;
    return running;
  }

  async #run(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#options.onTrouble?.(error);
    }
  }
}
