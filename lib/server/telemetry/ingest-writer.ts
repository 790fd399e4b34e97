import { Client } from "pg";
import type { Logger } from "@/lib/base/log";
import { dataRefused } from "../database/data-refused";
import { BATCH_SQL, batchValues, columns, envelopes, keyUses, type Pending, SEALED_BATCH_SQL, STATE_SQL, stateReports } from "./ingest-batch";

/** A Postgres that takes a statement and answers nothing counts as away after this. */
const ANSWER_LIMIT_MS = 30_000;
const FOREIGN_KEY_VIOLATION = "23503";

/** The one connection that measurements are written by. It is opened when needed and thrown away after any trouble. */
export class IngestWriter {
  #client: Client | undefined;

  constructor(private readonly options: { url: string; log: Logger }) {}

  /**
   * Commits a batch. Throws when Postgres does not take it for reasons of its own: then nothing of it is acknowledged and it is
   * to be tried again. A message that Postgres refuses is found by halving and kept as rejected; the others are stored.
   */
  async write(batch: readonly Pending[]): Promise<void> {
    try {
      await this.#query(batch);
    } catch (error) {
      const code = dataRefused(error);
      if (code === undefined) {
        await this.close();
        throw error;
      }
      const [only, ...others] = batch;
      if (only && others.length === 0) return this.#refuse(only, code, error);
      const half = Math.ceil(batch.length / 2);
      await this.write(batch.slice(0, half));
      await this.write(batch.slice(half));
    }
  }

  async #refuse(pending: Pending, code: string, error: unknown): Promise<void> {
    if (pending.content.kind === "rejected") {
      // Nothing of it but its reason is storable, which cannot be: said here, so that it never disappears without a word.
      this.options.log.error({ err: error, subject: pending.message.subject }, "a rejected message could not be kept");
      return;
    }
    const gone = code === FOREIGN_KEY_VIOLATION;
    pending.content = {
      kind: "rejected",
      reason: gone ? "unknown_device" : "store_refused",
      detail: gone ? "This device was removed." : `Postgres refused it (${code}).`,
    };
    await this.write([pending]);
  }

  /** Reports of states are few: a batch that has any is two statements in one transaction, all others are one. */
  async #query(batch: readonly Pending[]): Promise<void> {
    const client = await this.#connection();
    const states = stateReports(batch);
    if (states.length === 0) return this.#store(client, batch);
    try {
      await client.query("begin");
      await this.#store(client, batch);
      await client.query({ name: "ingest_state", text: STATE_SQL, values: columns(states, 5) });
      await client.query("commit");
    } catch (error) {
      await client.query("rollback").catch(() => {});
      throw error;
    }
  }

  async #store(client: Client, batch: readonly Pending[]): Promise<void> {
    const uses = keyUses(batch);
    if (uses.length === 0) await client.query({ name: "ingest", text: BATCH_SQL, values: batchValues(batch) });
    else
      await client.query({
        name: "ingest_sealed",
        text: SEALED_BATCH_SQL,
        values: [...batchValues(batch), ...columns(uses, 6), ...columns(envelopes(batch), 5)],
      });
  }

  async #connection(): Promise<Client> {
    if (this.#client) return this.#client;
    const client = new Client({
      connectionString: this.options.url,
      application_name: "sallyport ingest",
      connectionTimeoutMillis: 5_000,
      query_timeout: ANSWER_LIMIT_MS,
      keepAlive: true,
    });
    client.on("error", () => {
      if (this.#client === client) this.#client = undefined;
    });
    await client.connect();
    // PUBACK means durable, whatever the server's default is (finding 12).
    await client.query("set synchronous_commit = on");
    this.#client = client;
    return client;
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    // A hung server would never answer the farewell.
    await Promise.race([client?.end().catch(() => {}), new Promise((resolve) => setTimeout(resolve, 1_000).unref())]);
  }
}
