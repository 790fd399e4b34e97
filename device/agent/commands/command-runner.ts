import { type CommandAnswer, type CommandMessage, commandMessageSchema, type ParameterValue, PING } from "@/lib/protocol/command";
import type { CommandStore, StoredCommand } from "./command-store";

/** One command that a handler carries out. */
export interface CommandCall {
  id: string;
  name: string;
  parameters: Readonly<Record<string, ParameterValue>>;
  /** Tells how far it is, in percent. */
  progress(percent: number): void;
  /** Done once the answer has left, whether or not it arrived: what ends the process belongs here. */
  afterAnswer(task: () => void): void;
}

/** What it answers is the result (any JSON, at most some KiB). Throwing is `failed`, with the error's text; a `CommandRefused` is `rejected`. */
export type CommandHandler = (call: CommandCall) => unknown;
export type CommandHandlers = Readonly<Record<string, CommandHandler>>;

/** Thrown by a handler before it has begun anything. `code`: a-z and `_`. */
export class CommandRefused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Text, or why it is not to be read. */
export type CommandText = { ok: true; text: string; sealed: boolean } | { ok: false; code: string; message: string };

interface RunnerOptions {
  store: CommandStore;
  handlers: CommandHandlers;
  /** Opens what came, by the command's id. */
  open(id: string, payload: Uint8Array): CommandText;
  /**
   * What this device takes. `envelope`: it has a key, and somebody between the platform and here could have made up what comes in the
   * open. `sealed_fleet`: it believes operators only, and no command comes from them.
   */
  demand(): "open" | "envelope" | "sealed_fleet";
  /** True at its PUBACK. */
  send(id: string, answer: CommandAnswer): Promise<boolean>;
  /** The platform asks for a sign of life. */
  onPing(): void;
  onBegun?: (call: CommandMessage) => void;
  /** Milliseconds since 1970. */
  now?: () => number;
}

/** The platform's clock and ours may differ by this. */
const CLOCK_TOLERANCE_MS = 60_000;
const refusal = (code: string, message: string): CommandAnswer => ({ state: "rejected", error: { code, message: message.slice(0, 500) } });
const isFinal = ({ state }: CommandAnswer) => state === "succeeded" || state === "failed" || state === "rejected";

/**
 * Does each command once, whatever comes twice and over restarts: its id is on disk before it begins, and stays there until the
 * command has expired. Its answer is sent until the platform has it.
 */
export class CommandRunner {
  readonly #options: RunnerOptions;
  #known: Map<string, StoredCommand>;

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#known = new Map(options.store.read().map((stored) => [stored.id, stored]));
    // What was begun in an earlier life did not end: nobody may begin it a second time.
    for (const stored of this.#known.values())
      if (!isFinal(stored.answer))
        this.#known.set(stored.id, {
          ...stored,
          acknowledged: false,
          answer: { state: "failed", error: { code: "interrupted", message: "The agent ended while it ran." } },
        });
  }

  /** Takes what came on `down/command/{id}`. */
  async receive(id: string, payload: Uint8Array): Promise<void> {
    const known = this.#known.get(id);
    if (known) return this.#tell(known);
    const message = this.#read(id, payload);
    if (message === undefined) return;
    if ("state" in message) return this.#refuse(id, new Date(this.#now()).toISOString(), message);
    if (Date.parse(message.expiresAt) < this.#now()) return this.#refuse(id, message.expiresAt, refusal("expired", "It came after it had expired."));
    const handler = Object.hasOwn(this.#options.handlers, message.name) ? this.#options.handlers[message.name] : undefined;
    if (!handler) return this.#refuse(id, message.expiresAt, refusal("unknown_command", `This device knows no command ${message.name}.`));
    this.#keep({ id, expiresAt: message.expiresAt, answer: { state: "delivered" }, acknowledged: false });
    this.#options.onBegun?.(message);
    void this.#options.send(id, { state: "delivered" });
    await this.#run(message, handler);
  }

  /** At each connection: what the platform may not have heard. */
  async resend(): Promise<void> {
    for (const stored of this.#known.values()) if (!stored.acknowledged) await this.#tell(stored);
  }

  #read(id: string, payload: Uint8Array): CommandMessage | CommandAnswer | undefined {
    const opened = this.#options.open(id, payload);
    if (!opened.ok) return refusal(opened.code, opened.message);
    const message = parse(opened.text);
    if (message?.name === PING) {
      this.#options.onPing();
      return undefined;
    }
    const demand = this.#options.demand();
    if (demand === "sealed_fleet") return refusal("sealed", "The fleet of this device is sealed: it takes no commands.");
    if (demand === "envelope" && !opened.sealed) return refusal("in_the_open", "This device has a content key, and the command came in the open.");
    return message?.id === id ? message : refusal("malformed", "No command in it.");
  }

  async #run(message: CommandMessage, handler: CommandHandler): Promise<void> {
    const { id, name, parameters, expiresAt } = message;
    const after: (() => void)[] = [];
    let told = -1;
    const progress = (percent: number) => {
      const whole = Math.floor(Math.min(100, Math.max(0, percent)));
      if (whole <= told) return;
      told = whole;
      void this.#options.send(id, { state: "running", progress: whole });
    };
    const answer = await attempt(() => handler({ id, name, parameters, progress, afterAnswer: (task) => void after.push(task) }));
    const stored = { id, expiresAt, answer, acknowledged: false };
    this.#keep(stored);
    await this.#tell(stored);
    for (const task of after) task();
  }

  #refuse(id: string, expiresAt: string, answer: CommandAnswer): Promise<void> {
    const stored = { id, expiresAt, answer, acknowledged: false };
    this.#keep(stored);
    return this.#tell(stored);
  }

  async #tell(stored: StoredCommand): Promise<void> {
    const isKnown = await this.#options.send(stored.id, stored.answer);
    if (isKnown && isFinal(stored.answer)) this.#keep({ ...stored, acknowledged: true });
  }

  #keep(stored: StoredCommand): void {
    this.#known.set(stored.id, stored);
    const limit = this.#now() - CLOCK_TOLERANCE_MS;
    for (const { id, expiresAt, acknowledged } of this.#known.values()) if (acknowledged && Date.parse(expiresAt) < limit) this.#known.delete(id);
    this.#options.store.write([...this.#known.values()]);
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }
}

async function attempt(run: () => unknown): Promise<CommandAnswer> {
  try {
    const result = await run();
    const json = result === undefined ? undefined : (JSON.parse(JSON.stringify(result)) as CommandAnswer["result"]);
    return { state: "succeeded", ...(json === undefined ? {} : { result: json }) };
  } catch (error) {
    if (error instanceof CommandRefused) return refusal(error.code, error.message);
    return { state: "failed", error: { code: "failed", message: (error instanceof Error ? error.message : String(error)).slice(0, 500) } };
  }
}

function parse(text: string): CommandMessage | undefined {
  try {
    return commandMessageSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
