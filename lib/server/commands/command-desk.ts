import type { Clock } from "@/lib/base/clock";
import type { Logger } from "@/lib/base/log";
import { type Answered, type Standing, takeAnswer } from "@/lib/domain/commands/take-answer";
import { type CommandAnswer, readCommandAnswer } from "@/lib/protocol/command";
import { isEnvelope } from "@/lib/protocol/envelope/envelope";
import type { RejectReason } from "@/lib/protocol/telemetry";
import { parseTopic } from "@/lib/protocol/topics";
import type { Database } from "../database/client";
import { dataRefused } from "../database/data-refused";
import type { KeyRing } from "../encryption/key-ring";
import { unstorableText } from "../storable-text";
import type { IncomingMessage } from "../telemetry/ingest-message";

interface CommandDeskOptions {
  database: Pick<Database, "pool">;
  keys: Pick<KeyRing, "policyOf" | "peek">;
  /** Keeps what is not accepted. `done` when it is kept. */
  reject: (message: IncomingMessage, reason: RejectReason, detail: string, done: () => void) => void;
  clock: Clock;
  log: Logger;
}

interface Refused {
  ok: false;
  reason: RejectReason;
  detail: string;
}

const RETRY_MS = [100, 500, 1_000];
const refuse = (reason: RejectReason, detail: string): Refused => ({ ok: false, reason, detail });

/**
 * Takes what devices answer to commands: acknowledged when it is committed. One after the other for each device, so that a bad answer
 * or a slow one holds up nobody else; what Postgres refuses is rejected, never tried for ever.
 */
export class CommandDesk {
  readonly #queues = new Map<string, Promise<void>>();
  #closed = false;

  constructor(private readonly options: CommandDeskOptions) {}

  take(message: IncomingMessage, done: () => void): void {
    const { subject } = message;
    const before = this.#queues.get(subject) ?? Promise.resolve();
    const mine = before.then(() => this.#handle(message, done));
    this.#queues.set(subject, mine);
    void mine.finally(() => {
      if (this.#queues.get(subject) === mine) this.#queues.delete(subject);
    });
  }

  async #handle(message: IncomingMessage, done: () => void): Promise<void> {
    for (let tries = 0; !this.#closed; tries++) {
      try {
        const refused = await this.#read(message);
        if (refused) this.options.reject(message, refused.reason, refused.detail, done);
        else done();
        return;
      } catch (error) {
        const code = dataRefused(error);
        if (code !== undefined) return this.options.reject(message, "store_refused", `Postgres refused it (${code}).`, done);
        if (tries === 0)
          this.options.log.warn({ error: error instanceof Error ? error.message : String(error) }, "cannot keep an answer to a command, trying again");
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS[Math.min(tries, RETRY_MS.length - 1)]));
      }
    }
  }

  async #read(message: IncomingMessage): Promise<Refused | undefined> {
    const { topic, deviceId, fleetId } = message;
    const parsed = parseTopic(topic);
    const id = parsed?.kind === "up" && parsed.device === deviceId ? parsed.id : undefined;
    if (id === undefined || deviceId === null || fleetId === null) return refuse("unknown_topic", "Nothing takes messages on this topic.");
    const plain = this.#open(message, deviceId);
    if ("ok" in plain) return plain;
    const read = readCommandAnswer(plain);
    if (!read.ok) return read;
    if (unstorableText(read.answer) !== undefined) return refuse("bad_shape", "Text with a NUL character or half a surrogate pair.");
    return this.#keep({ id, deviceId, fleetId }, read.answer);
  }

  /** In the envelope nobody between the device and us can make up an answer; where its profile requires encryption there is no other way. */
  #open({ topic, payload }: IncomingMessage, deviceId: string): Uint8Array | Refused {
    const { keys } = this.options;
    if (isEnvelope(payload)) return keys.peek(deviceId, topic, payload);
    if (keys.policyOf(deviceId) === "required") return refuse("plaintext_not_allowed", "Its profile requires encryption, and this answer came in the open.");
    return payload;
  }

  async #keep(command: { id: string; deviceId: string; fleetId: string }, answer: CommandAnswer): Promise<Refused | undefined> {
    const { pool } = this.options.database;
    for (;;) {
      const { rows } = await pool.query<Standing>(STANDING, [command.id, command.deviceId, command.fleetId]);
      const [standing] = rows;
      if (!standing) return refuse("unknown_command", "This device was sent no such command.");
      const outcome = takeAnswer(standing, answer, this.options.clock.now());
      if (outcome.kind === "repeated") return undefined;
      if (outcome.kind === "late") {
        await pool.query("update command set late_state = $2, late_at = $3 where id = $1", [command.id, outcome.lateState, this.options.clock.now()]);
        return undefined;
      }
      // Somebody cancelled it, or its time ran out, between the two: look again.
      const { rowCount } = await pool.query(WRITE, [command.id, standing.state, ...written(outcome.to)]);
      if (rowCount === 1) return undefined;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#queues.values());
  }
}

const STANDING = `
  select state, progress, delivered_at as "deliveredAt", started_at as "startedAt", deadline_at as "deadlineAt", timeout_seconds as "timeoutSeconds",
    late_state as "lateState"
  from command where id = $1 and device_id = $2 and fleet_id = $3 and issued_at is not null`;

const WRITE = `
  update command set state = $3, progress = $4, delivered_at = $5, started_at = $6, ended_at = $7, deadline_at = $8, result = $9, error_code = $10, error_message = $11
  where id = $1 and state = $2`;

function written({ state, progress, deliveredAt, startedAt, endedAt, deadlineAt, result, error }: Answered): unknown[] {
  const json = result === undefined ? null : JSON.stringify(result);
  return [state, progress, deliveredAt, startedAt, endedAt, deadlineAt, json, error?.code ?? null, error?.message ?? null];
}
