import { calculateJwkThumbprint } from "jose";
import type { Clock } from "@/lib/base/clock";
import type { Logger } from "@/lib/base/log";
import { type AgreementKey, keyMessageSchema } from "@/lib/protocol/key-exchange";
import { readPayloadJson } from "@/lib/protocol/payload-json";
import type { RejectReason } from "@/lib/protocol/telemetry";
import type { Database } from "../database/client";
import { CHANNELS } from "../database/notify";
import type { IncomingMessage } from "../telemetry/ingest-message";
import type { KeyRing } from "./key-ring";

interface KeyDeskOptions {
  database: Pick<Database, "pool">;
  ring: Pick<KeyRing, "knows" | "policyOf" | "refresh">;
  /** Keeps what is not accepted. `done` when it is kept. */
  reject: (message: IncomingMessage, reason: RejectReason, detail: string, done: () => void) => void;
  clock: Clock;
  log: Logger;
}

/** Asks the worker to deliver: in the shape of the outbox. */
const DELIVER = `
  with asked as (insert into outbox (fleet_id, kind, payload, available_at) values ($1, 'key.deliver', jsonb_build_object('deviceIds', array[$2::text]), $3))
  select pg_notify('${CHANNELS.outbox}', '')`;
/** The first key is pinned. Another one is only noted: a person has to say that it is the device's. */
const PIN = `
  insert into device_key as k (device_id, fleet_id, thumbprint, public_jwk, pinned_at) values ($1, $2, $3, $4, $5)
  on conflict (device_id) do update set offered_thumbprint = excluded.thumbprint, offered_jwk = excluded.public_jwk, offered_at = excluded.pinned_at
  where k.thumbprint <> excluded.thumbprint
  returning k.thumbprint`;
const RECEIVED = `
  update content_key set received_at = coalesce(received_at, $3)
  where device_id = $1 and version = $2 and state in ('next', 'active', 'grace')`;
const RETRY_MS = [100, 500, 1_000];

/** Takes what devices say on `up/key`, one after the other. While Postgres is away nothing is answered, as with telemetry. */
export class KeyDesk {
  #queue: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(private readonly options: KeyDeskOptions) {}

  /** `done` once it may be acknowledged: a key that was acknowledged by the device opens messages from then on. */
  take(message: IncomingMessage, done: () => void): void {
    this.#queue = this.#queue.then(() => this.#handle(message, done));
  }

  async #handle(message: IncomingMessage, done: () => void): Promise<void> {
    for (let tries = 0; !this.#closed; tries++) {
      try {
        const refused = await this.#read(message);
        if (refused) this.options.reject(message, refused.reason, refused.detail, done);
        else done();
        return;
      } catch (error) {
        if (tries === 0)
          this.options.log.warn({ error: error instanceof Error ? error.message : String(error) }, "cannot keep what a device said of its keys, trying again");
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS[Math.min(tries, RETRY_MS.length - 1)]));
      }
    }
  }

  async #read({ payload, deviceId, fleetId }: IncomingMessage): Promise<{ reason: RejectReason; detail: string } | undefined> {
    const json = readPayloadJson(payload);
    if (!json.ok) return json;
    const said = keyMessageSchema.safeParse(json.value).data;
    if (!said || deviceId === null || fleetId === null) return { reason: "bad_shape", detail: "Neither a public key with `holds`, nor `received`." };
    if ("received" in said) return this.#received(deviceId, said.received);
    return this.#hello({ deviceId, fleetId }, said.publicKey, said.holds);
  }

  async #hello(device: { deviceId: string; fleetId: string }, publicKey: AgreementKey, holds: number) {
    const { database, ring, clock } = this.options;
    const { deviceId, fleetId } = device;
    const thumbprint = await calculateJwkThumbprint(publicKey);
    if (ring.knows(deviceId)?.thumbprint !== thumbprint) {
      const known = await database.pool.query<{ thumbprint: string }>(PIN, [deviceId, fleetId, thumbprint, JSON.stringify(publicKey), clock.now()]);
      const pinned = known.rows[0]?.thumbprint;
      if (pinned !== undefined && pinned !== thumbprint)
        return {
          reason: "public_key_changed" as const,
          detail: `Its public key was ${pinned.slice(0, 12)}…, now it shows ${thumbprint.slice(0, 12)}…. A person has to accept it.`,
        };
      await ring.refresh([deviceId]);
    }
    const { newest = 0, newestReceived = false, live } = ring.knows(deviceId) ?? {};
    // Stored, but the connection broke before it could say so.
    if (newest > 0 && holds === newest && !newestReceived) return this.#received(deviceId, newest);
    const lacks = newest === 0 ? ring.policyOf(deviceId) !== "off" : holds < newest || !live?.has(holds);
    if (lacks) await database.pool.query(DELIVER, [fleetId, deviceId, clock.now()]);
    return undefined;
  }

  async #received(deviceId: string, version: number) {
    const { database, ring, clock } = this.options;
    const { rowCount } = await database.pool.query(RECEIVED, [deviceId, version, clock.now()]);
    if (rowCount === 0) return { reason: "unknown_key" as const, detail: `This device has no key v${version} that is in use.` };
    // Before its acknowledgement: the next message may be sealed with it.
    await ring.refresh([deviceId]);
    return undefined;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#queue;
  }
}
