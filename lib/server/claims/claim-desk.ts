import type { Clock } from "@/lib/base/clock";
import type { Logger } from "@/lib/base/log";
import { CLAIM_MESSAGE_BYTES } from "@/lib/protocol/claim";
import type { Database } from "../database/client";
import { CHANNELS } from "../database/notify";

interface Said {
  fleetId: string;
  /** Who said it: by a claim code, over a device's own topics, or on its way home. */
  who: { claimId: string; applicant: string } | { via: "grant"; deviceId: string } | { via: "home"; applicant: string };
  payload: Buffer;
  done: () => void;
}

/** In the shape of the outbox; the message as base64url, whatever is in it. */
const ASK = `
  with asked as (
    insert into outbox (fleet_id, kind, payload, available_at)
    select fleet, kind, who::jsonb || jsonb_build_object('message', message), $5
    from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as t(fleet, kind, who, message))
  select pg_notify('${CHANNELS.outbox}', '')`;
const LINGER_MS = 5;
const AT_ONCE = 500;
/** Waiting to be written; what comes beyond is not acknowledged, and the device says it again. */
const MOST = 20_000;
const RETRY_MS = [100, 500, 1_000];

/** Takes what devices say that claim, or that want another token, and hands it to the worker: acknowledged when it is committed. */
export class ClaimDesk {
  #waiting: Said[] = [];
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(private readonly options: { database: Pick<Database, "pool">; clock: Clock; log: Logger }) {}

  take(said: Said): void {
    if (this.#waiting.length >= MOST) return;
    // Longer than any message of the protocol: what stays of it is answered as malformed.
    this.#waiting.push({ ...said, payload: said.payload.subarray(0, CLAIM_MESSAGE_BYTES + 1) });
    this.#running ??= this.#drain().finally(() => {
      this.#running = undefined;
    });
  }

  async #drain(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, LINGER_MS));
    for (let tries = 0; this.#waiting.length > 0; ) {
      const batch = this.#waiting.splice(0, AT_ONCE);
      try {
        await this.#write(batch);
        tries = 0;
        for (const { done } of batch) done();
      } catch (error) {
        this.#waiting.unshift(...batch);
        if (this.#closed) return;
        if (tries === 0)
          this.options.log.warn(
            { error: error instanceof Error ? error.message : String(error) },
            "cannot keep what devices say of claims and tokens, trying again",
          );
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS[Math.min(tries++, RETRY_MS.length - 1)]));
      }
    }
  }

  async #write(batch: readonly Said[]): Promise<void> {
    await this.options.database.pool.query(ASK, [
      batch.map(({ fleetId }) => fleetId),
      batch.map(({ who }) => ("claimId" in who ? "claim.answer" : "renewal.answer")),
      batch.map(({ who }) => JSON.stringify(who)),
      batch.map(({ payload }) => payload.toString("base64url")),
      this.options.clock.now(),
    ]);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }
}
