import { aesGcm } from "@/lib/base/aes-gcm";
import { isEnvelope } from "@/lib/protocol/envelope/envelope";
import { readEnvelope } from "@/lib/protocol/envelope/read-envelope";
import { sealEnvelope } from "@/lib/protocol/envelope/seal-envelope";
import { type DownKind, topics, type UpKind } from "@/lib/protocol/topics";
import type { Uplink } from "../connection/uplink";
import type { KeyChain } from "./key-chain";

/** `offered`: as soon as the platform gives a key. `required`: nothing is sent before that. */
export type EncryptionMode = "offered" | "required";

interface SealerOptions {
  fleet: string;
  device: string;
  mode: EncryptionMode;
  chain: KeyChain;
  /** A new version is in use. */
  onKey?: (version: number) => void;
}

/** Gets keys through the uplink and seals with them. Once there is a key, nothing leaves in the open any more. */
export class Sealer {
  readonly #options: SealerOptions;
  readonly #topic: string;

  constructor(options: SealerOptions) {
    this.#options = options;
    this.#topic = topics.up(options.fleet, options.device, "telemetry");
  }

  /** Sealed when there is a key, else as it is: `forSending` looks again. */
  seal(seq: number, plain: Uint8Array): Uint8Array {
    const { chain, device } = this.#options;
    return chain.sealing ? sealEnvelope(aesGcm, chain.sealing, { device, topic: this.#topic, seq }, plain) : plain;
  }

  /** What may leave now; undefined: nothing yet, it waits for a key. */
  forSending(seq: number, payload: Uint8Array): Uint8Array | undefined {
    if (isEnvelope(payload)) return payload;
    const { chain, mode } = this.#options;
    const isReady = chain.sealing !== undefined || (mode === "offered" && !chain.isSealed);
    return isReady ? this.seal(seq, payload) : undefined;
  }

  /** Seals what is no measurement, with a number of its caller's; undefined: it may not leave before there is a key. */
  sealOn(kind: UpKind, number: number, plain: Uint8Array): Uint8Array | undefined {
    const { chain, mode, fleet, device } = this.#options;
    const topic = topics.up(fleet, device, kind);
    if (chain.sealing) return sealEnvelope(aesGcm, chain.sealing, { device, topic, seq: number }, plain);
    return mode === "offered" && !chain.isSealed ? plain : undefined;
  }

  /** Opens what came down. Once there is a key, nothing in the open is believed any more; undefined: not for us, or not genuine. */
  open(kind: DownKind, payload: Uint8Array): Uint8Array | undefined {
    const { chain, mode, fleet, device } = this.#options;
    if (!isEnvelope(payload)) return chain.sealing || chain.isSealed || mode === "required" ? undefined : payload;
    const read = readEnvelope(payload, { device, topic: topics.down(fleet, device, kind) });
    const key = read.ok ? chain.keyOf(read.envelope.version) : undefined;
    return read.ok && key ? aesGcm.open(key, read.envelope) : undefined;
  }

  /** Says at each connection who we are and what we hold. Its acknowledgement tells that the platform knows. */
  async greet(uplink: Uplink): Promise<void> {
    const { chain } = this.#options;
    const { holds } = chain;
    if (await uplink.publish("key", encode(chain.hello()))) this.#use(holds, uplink);
  }

  /** A message on `down/key`: stored first, acknowledged then, used after that. */
  async receive(payload: Uint8Array, uplink: Uplink): Promise<void> {
    const version = await this.#options.chain.accept(payload);
    if (version !== undefined && (await uplink.publish("key", encode({ received: version })))) this.#use(version, uplink);
  }

  #use(version: number, uplink: Uplink): void {
    const before = this.#options.chain.sealing?.version;
    this.#options.chain.confirm(version);
    const now = this.#options.chain.sealing?.version;
    if (now === undefined || now === before) return;
    this.#options.onKey?.(now);
    uplink.wake();
  }
}

function encode(message: object): Uint8Array {
  return Buffer.from(JSON.stringify(message));
}
