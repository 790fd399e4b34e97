import type { Logger } from "@/lib/base/log";
import { isSegment } from "@/lib/protocol/segments";
import { parseTopic, TOPIC_ROOT } from "@/lib/protocol/topics";
import type { ClaimDesk } from "@/lib/server/claims/claim-desk";
import type { CommandDesk } from "@/lib/server/commands/command-desk";
import type { KeyDesk } from "@/lib/server/encryption/key-desk";
import type { DeviceFleets } from "@/lib/server/telemetry/device-fleets";
import type { Ingest } from "@/lib/server/telemetry/ingest";

export interface Arrived {
  topic: string;
  payload: Buffer;
  /** Milliseconds since 1970. */
  receivedAt: number;
  /** Once it is committed. */
  settle(): void;
}

const RETRY_MS = 500;

/**
 * Hands messages to the ingest in the order in which they came, each under the device that its topic names. RabbitMQ let them in
 * by our hooks, so that only the device itself can have published there; here it is looked up once more.
 */
export class Reception {
  #waiting: Arrived[] = [];
  #running: Promise<void> | undefined;
  #seen = new Map<string, number>();
  #closed = false;

  constructor(
    private readonly options: {
      ingest: Ingest;
      keyDesk: KeyDesk;
      commandDesk: CommandDesk;
      claimDesk: ClaimDesk;
      fleets: Pick<DeviceFleets, "load" | "fleetOf">;
      log: Logger;
    },
  ) {}

  receive(arrived: Arrived): void {
    this.#waiting.push(arrived);
    this.#running ??= this.#drain().finally(() => {
      this.#running = undefined;
    });
  }

  async #drain(): Promise<void> {
    // What arrives in the same turn is looked up together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      if (!(await this.#loaded(group))) return;
      for (const arrived of group) this.#hand(arrived);
    }
  }

  /** False when it was closed while Postgres was away: nothing of the group is settled then. */
  async #loaded(group: readonly Arrived[]): Promise<boolean> {
    const addresses = group.flatMap(({ topic }) => addressOf(topic) ?? []);
    const named = { devices: addresses.map(({ device }) => device), fleets: addresses.map(({ fleet }) => fleet) };
    for (let tries = 0; ; tries++) {
      try {
        await this.options.fleets.load(named);
        return true;
      } catch (error) {
        if (this.#closed) return false;
        this.options.log[tries === 0 ? "warn" : "debug"](
          { error: error instanceof Error ? error.message : String(error) },
          "cannot look up devices, trying again",
        );
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  #hand({ topic, payload, receivedAt, settle }: Arrived): void {
    const { ingest, keyDesk, commandDesk, claimDesk, fleets } = this.options;
    const address = addressOf(topic);
    const message = { topic, payload, receivedAt, subject: address?.device ?? "unknown" };
    if (address && fleets.fleetOf(address.device) === address.fleet) {
      this.#seen.set(address.device, receivedAt);
      const own = { ...message, fleetId: address.fleet, deviceId: address.device };
      const parsed = parseTopic(topic);
      const what = parsed?.kind === "up" ? parsed.what : undefined;
      if (what === "key") keyDesk.take(own, settle);
      else if (what === "command") commandDesk.take(own, settle);
      else if (what === "token") claimDesk.take({ fleetId: address.fleet, who: { via: "grant", deviceId: address.device }, payload, done: settle });
      // Also with a topic that nothing takes: the ingest keeps it as rejected, under its device.
      else ingest.take(own, settle);
      return;
    }
    const stranger = { ...message, fleetId: (address && fleets.fleetOf(address.fleet)) ?? null, deviceId: null };
    if (address) ingest.reject(stranger, "unknown_device", "This fleet has no such device.", settle);
    else ingest.reject(stranger, "unknown_topic", "Nothing takes messages on this topic.", settle);
  }

  /** When each device was last heard, given to `write`; kept for the next time when that fails. */
  async takeSeen(write: (seen: ReadonlyMap<string, number>) => Promise<void>): Promise<void> {
    if (this.#seen.size === 0) return;
    const seen = this.#seen;
    this.#seen = new Map();
    try {
      await write(seen);
    } catch (error) {
      for (const [deviceId, at] of seen) if (!this.#seen.has(deviceId)) this.#seen.set(deviceId, at);
      throw error;
    }
  }

  /** Hands over what waits, if Postgres is there. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }
}

/** Whose message it is, by `sp/v1/{fleet}/{device}/up/…`. */
function addressOf(topic: string): { fleet: string; device: string } | undefined {
  const [root, version, fleet = "", device = "", direction] = topic.split("/");
  const ours = `${root}/${version}` === TOPIC_ROOT && direction === "up" && isSegment(fleet) && isSegment(device);
  return ours ? { fleet, device } : undefined;
}
