import path from "node:path";
import { commandChannel } from "@/device/agent/commands/command-channel";
import { memoryCommandStore } from "@/device/agent/commands/command-store";
import { type BrokerAddress, Uplink } from "@/device/agent/connection/uplink";
import { KeyChain } from "@/device/agent/keys/key-chain";
import { fileKeyStore, type KeyStore } from "@/device/agent/keys/key-store";
import { Sealer } from "@/device/agent/keys/sealer";
import { hostSettings } from "@/device/agent/state/host-settings";
import { StateKeeper } from "@/device/agent/state/state-keeper";
import { memoryStateStore } from "@/device/agent/state/state-store";
import { encodeTelemetry } from "@/lib/protocol/telemetry";
import type { FAILURE_KINDS, SimulatedDeviceConfig } from "./config";
import type { Ledger } from "./ledger";
import { ledgerHash } from "./ledger-hash";
import { MemoryBuffer } from "./memory-buffer";
import { pretendedCommands } from "./pretended-commands";
import { POSTURE_INTERVAL_MS, pretendedPosture } from "./pretended-posture";
import type { Replay } from "./replay";

export interface SimulatedDeviceOptions {
  device: SimulatedDeviceConfig;
  fleet: string;
  address: BrokerAddress;
  keepAliveSeconds: number;
  bufferMessages: number;
  keyFolder?: string;
  flapSeconds: number;
  replay: Replay;
  ledger: Ledger | undefined;
  random: () => number;
  onRefused?: (device: string, reason: string) => void;
}

type FailureKind = (typeof FAILURE_KINDS)[number];

/** One device: well, or in exactly one failure. It keeps what is unacknowledged through all of them. */
export class SimulatedDevice {
  readonly #options: SimulatedDeviceOptions;
  readonly #buffer: MemoryBuffer;
  readonly #uplink: Uplink;
  readonly #chain: KeyChain | undefined;
  readonly #sealer: Sealer | undefined;
  #failure: FailureKind | undefined;
  #reportTimer: NodeJS.Timeout | undefined;
  #flapTimer: NodeJS.Timeout | undefined;
  #postureTimer: NodeJS.Timeout | undefined;
  /** The last posture report that arrived: when, and how many messages there were by then. */
  #posture: { at: number; sent: number } | undefined;
  readonly #state: StateKeeper;
  #intervalMs: number;
  #nextSeq: number;
  #isRefused = false;
  #hasGreeted = false;
  sent = 0;
  acknowledged = 0;

  constructor(options: SimulatedDeviceOptions) {
    this.#options = options;
    const { device, ledger } = options;
    // Above every number of an earlier run: such a device has no disk to remember it on.
    this.#nextSeq = Date.now();
    this.#buffer = new MemoryBuffer({ doneThrough: this.#nextSeq - 1, limit: options.bufferMessages });
    this.#chain = device.encryption === "off" ? undefined : new KeyChain(device.id, keyStore(options));
    const sealer =
      this.#chain &&
      new Sealer({ fleet: options.fleet, device: device.id, mode: device.encryption === "required" ? "required" : "offered", chain: this.#chain });
    this.#sealer = sealer;
    this.#intervalMs = device.intervalSeconds * 1_000;
    this.#state = new StateKeeper({
      store: memoryStateStore(),
      sealer,
      apply: hostSettings({
        defaults: { reportEverySeconds: device.intervalSeconds, logLevel: "info" },
        reportEvery: (ms) => this.#reportEvery(ms),
        setLogLevel() {},
      }),
      publish: (payload) => this.#uplink.publish("state", payload),
    });
    const commands = commandChannel({
      device: device.id,
      fleet: options.fleet,
      store: memoryCommandStore(),
      handlers: pretendedCommands({ id: device.id, report: () => this.#reportNow() }),
      chain: this.#chain,
      uplink: () => this.#uplink,
      onPing: () => this.#reportNow(),
    });
    this.#uplink = new Uplink({
      ...options.address,
      fleet: options.fleet,
      device: device.id,
      token: () => (this.#failure === "no_token" ? undefined : (device.token ?? undefined)),
      buffer: this.#buffer,
      keepAliveSeconds: options.keepAliveSeconds,
      random: options.random,
      // A simulated device is restored by its token coming back, and nobody wants to wait ten minutes for it.
      backOff: { refused: { baseMs: 5_000, capMs: 30_000 } },
      ...(sealer && { prepare: (seq, payload) => sealer.forSending(seq, payload) }),
      inboxes: [
        ...(sealer ? [{ kind: "key" as const, onMessage: (payload: Uint8Array) => void sealer.receive(payload, this.#uplink) }] : []),
        { kind: "state", asked: true, onMessage: (payload) => void this.#state.receive(payload) },
      ],
      onCommand: (id, payload) => {
        if (this.#failure !== "silence") void commands.receive(id, payload);
      },
      onConnected: () => {
        this.#isRefused = false;
        void sealer?.greet(this.#uplink);
        void commands.resend();
        this.#greetState();
        void this.#tellPosture();
      },
      onFailed: ({ kind, reason }) => {
        if (kind !== "refused") return;
        this.#isRefused = true;
        options.onRefused?.(device.id, reason);
      },
      onSending: (seq) => {
        this.sent++;
        ledger?.sent(device.id, seq, this.#buffer.hashOf(seq) ?? "", Date.now());
      },
      onAcknowledged: (seq) => {
        this.acknowledged++;
        ledger?.acknowledged(device.id, seq, Date.now());
      },
    });
  }

  get status() {
    const { device } = this.#options;
    return {
      id: device.id,
      site: device.site,
      isConnected: this.#uplink.isConnected,
      isRefused: this.#isRefused,
      failure: this.#failure ?? null,
      waiting: this.#buffer.waiting,
      dropped: this.#buffer.dropped,
      sent: this.sent,
      acknowledged: this.acknowledged,
      keyVersion: this.#chain?.sealing?.version ?? null,
    };
  }

  /** Connects after the delay and reports at its interval, starting anywhere within the first. */
  start(delayMs: number): void {
    this.#uplink.start(delayMs);
    this.#report(this.#options.random() * Math.min(this.#intervalMs, 2_000) + delayMs);
  }

  fail(kind: FailureKind): void {
    this.restore(0);
    this.#failure = kind;
    if (kind === "silence") this.endReports();
    else if (kind === "power_cut" || kind === "disconnect") {
      this.endReports();
      this.#uplink.cut({ silently: kind === "power_cut" });
    } else {
      this.#uplink.cut({ silently: false });
      this.#uplink.start();
      if (kind === "flap") this.#flapTimer = setInterval(() => this.#flap(), this.#options.flapSeconds * 1000);
    }
  }

  /** Well again, as after `start`; nothing happens to a device that is well. */
  restore(delayMs: number): void {
    if (this.#failure === undefined) return;
    clearInterval(this.#flapTimer);
    if (this.#failure === "no_token") this.#uplink.cut({ silently: false });
    this.#failure = undefined;
    this.endReports();
    this.start(delayMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.#flapTimer);
    clearTimeout(this.#postureTimer);
    this.endReports();
    await this.#uplink.stop({ drainMs: 500 });
  }

  #reportEvery(ms: number): void {
    this.#intervalMs = ms;
    if (this.#reportTimer === undefined) return;
    this.endReports();
    this.#report(ms);
  }

  /** Once: what it was told later it remembers until its process ends, and thousands come back at the same moment. */
  #greetState(): void {
    if (this.#hasGreeted) return;
    this.#hasGreeted = true;
    void this.#state.greet();
  }

  /** At a connection that is due one, and then every few minutes. */
  async #tellPosture(): Promise<void> {
    const { device, address } = this.#options;
    clearTimeout(this.#postureTimer);
    if (device.listens === undefined || !this.#uplink.isConnected) return;
    const now = Date.now();
    const wait = (this.#posture?.at ?? 0) + POSTURE_INTERVAL_MS - now;
    if (wait <= 0) {
      const { sent } = this;
      const messages = this.#posture && sent - this.#posture.sent;
      const report = pretendedPosture(device.listens, { port: address.port, messages }, now);
      if (await this.#uplink.publish("posture", Buffer.from(JSON.stringify(report)))) this.#posture = { at: now, sent };
    }
    this.#postureTimer = setTimeout(() => void this.#tellPosture(), wait > 0 ? wait : POSTURE_INTERVAL_MS);
  }

  #flap(): void {
    if (this.#uplink.isConnected) this.#uplink.cut({ silently: false });
    else this.#uplink.start();
  }

  #report(delayMs: number): void {
    this.#reportTimer = setTimeout(() => {
      this.#addMessage();
      this.#uplink.wake();
      this.#report(this.#intervalMs);
    }, delayMs);
  }

  /** No new messages; those that wait are still sent. */
  endReports(): void {
    clearTimeout(this.#reportTimer);
    this.#reportTimer = undefined;
  }

  #reportNow(): void {
    this.#addMessage();
    this.#uplink.wake();
  }

  #addMessage(): void {
    const { device, replay } = this.#options;
    const time = Date.now();
    const readings = replay(device, time);
    const seq = this.#nextSeq++;
    const hash = ledgerHash(
      seq,
      [...readings].map(([metric, { value }]) => ({ metric, value, time })),
    );
    const plain = Buffer.from(encodeTelemetry(device.id, seq, time, readings));
    this.#buffer.add({ seq, payload: this.#sealer?.seal(seq, plain) ?? plain, hash });
  }
}

function keyStore({ keyFolder, device }: SimulatedDeviceOptions): KeyStore {
  return keyFolder === undefined ? { read: () => undefined, write() {} } : fileKeyStore(path.join(keyFolder, `${device.id}.json`));
}
