import { aesGcm } from "@/lib/base/aes-gcm";
import { isEnvelope, keyIdOf } from "@/lib/protocol/envelope/envelope";
import { readEnvelope } from "@/lib/protocol/envelope/read-envelope";
import { sealEnvelope } from "@/lib/protocol/envelope/seal-envelope";
import { topics } from "@/lib/protocol/topics";
import type { Uplink } from "../connection/uplink";
import type { KeyChain } from "../keys/key-chain";
import { type CommandHandlers, CommandRunner, type CommandText } from "./command-runner";
import type { CommandStore } from "./command-store";

interface ChannelOptions {
  fleet: string;
  device: string;
  store: CommandStore;
  handlers: CommandHandlers;
  /** Undefined: this device encrypts nothing. */
  chain: KeyChain | undefined;
  uplink: () => Pick<Uplink, "answer"> | undefined;
  onPing: () => void;
  onBegun?: (name: string, id: string) => void;
}

/** Commands of one device: opened on the way in, sealed on the way out when there is a key. */
export function commandChannel(options: ChannelOptions): CommandRunner {
  const { device, fleet, chain, store, handlers, onPing, onBegun } = options;
  let seq = 0;
  const seal = (id: string, plain: Uint8Array): Uint8Array => {
    if (!chain?.sealing) return plain;
    // Rises over restarts without a file; nothing is counted by it.
    seq = Math.max(seq + 1, Date.now());
    return sealEnvelope(aesGcm, chain.sealing, { device, topic: topics.commandAnswer(fleet, device, id), seq }, plain);
  };
  return new CommandRunner({
    store,
    handlers,
    onPing,
    onBegun: ({ name, id }) => onBegun?.(name, id),
    open: (id, payload) => open(payload, { device, topic: topics.command(fleet, device, id) }, chain),
    // Ask the chain each time: a device gets its first key while it runs.
    demand: () => (chain?.isSealed ? "sealed_fleet" : chain?.sealing ? "envelope" : "open"),
    send: async (id, answer) => (await options.uplink()?.answer(id, seal(id, Buffer.from(JSON.stringify(answer))))) ?? false,
  });
}

function open(payload: Uint8Array, expected: { device: string; topic: string }, chain: KeyChain | undefined): CommandText {
  if (!isEnvelope(payload)) return { ok: true, text: Buffer.from(payload).toString("utf8"), sealed: false };
  const read = readEnvelope(payload, expected);
  if (!read.ok) return { ok: false, code: read.reason, message: read.detail };
  const { version } = read.envelope;
  const key = chain?.keyOf(version);
  if (!key) return { ok: false, code: "unknown_key", message: `This device has no key ${keyIdOf(version)}.` };
  const plain = aesGcm.open(key, read.envelope);
  return plain
    ? { ok: true, text: plain.toString("utf8"), sealed: true }
    : { ok: false, code: "tampered", message: `It does not open with key ${keyIdOf(version)}.` };
}
