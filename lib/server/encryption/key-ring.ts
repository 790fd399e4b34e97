import { createSecretKey, type KeyObject } from "node:crypto";
import { aesGcm } from "@/lib/base/aes-gcm";
import type { Logger } from "@/lib/base/log";
import type { EncryptionPolicy } from "@/lib/domain/encryption/policy";
import { type EnvelopeRefusal, keyIdOf, refuseEnvelope } from "@/lib/protocol/envelope/envelope";
import { readEnvelope } from "@/lib/protocol/envelope/read-envelope";
import { acceptSequence, type ReplayWindow } from "@/lib/protocol/envelope/replay-window";
import type { Database } from "../database/client";
import { CHANNELS, listen } from "../database/notify";
import type { Secrets } from "../secrets";
import { type DeviceKeys, loadDeviceKeys } from "./load-device-keys";

/** A message that opened, and the replay window it leaves behind. */
export interface Opened {
  ok: true;
  /** Null in custody `sealed`: the server has no key that would open it. */
  plain: Uint8Array | null;
  seq: number;
  version: number;
  window: ReplayWindow;
}

/** Keys and policies of all devices in memory, kept up by LISTEN: no query per message. */
export interface KeyRing {
  /** Resolves when everything was read for the first time. */
  loaded: Promise<void>;
  isLoaded(): boolean;
  policyOf(deviceId: string): EncryptionPolicy;
  /**
   * Opens a sealed payload as it came on `topic` from this device. Each sequence number opens once per key. In custody `sealed` the
   * number is taken as it stands there: whether a message is genuine is seen by who has the key. `ownNumbers`: the caller tells by the
   * number itself what came already.
   */
  open(
    deviceId: string,
    topic: string,
    payload: Uint8Array,
    options?: { ownNumbers?: boolean },
  ): Opened | { ok: false; reason: EnvelopeRefusal; detail: string };
  /**
   * Opens what nothing is counted of and what does no harm when it comes twice: answers to commands. Refuses what `open` would refuse,
   * and in custody `sealed` everything.
   */
  peek(deviceId: string, topic: string, payload: Uint8Array): Uint8Array | { ok: false; reason: EnvelopeRefusal; detail: string };
  /** What this device's next hello needs no database for. */
  knows(deviceId: string): DeviceKeys | undefined;
  /** Reads these devices again, and answers when their new keys are in use here. */
  refresh(deviceIds: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** Unwrapped keys in memory; the oldest go, and are unwrapped again when needed. */
const MOST_UNWRAPPED = 20_000;
const RETRY_MS = 500;

interface KeyRingOptions {
  url: string;
  database: Pick<Database, "pool">;
  secrets: Pick<Secrets, "unwrap">;
  log: Logger;
}

export function openKeyRing({ url, database, secrets, log }: KeyRingOptions): KeyRing {
  const devices = new Map<string, DeviceKeys>();
  const unwrapped = new Map<string, KeyObject>();
  let isLoaded = false;
  let markLoaded = () => {};
  const loaded = new Promise<void>((resolve) => {
    markLoaded = resolve;
  });
  let wanted: Set<string> | "all" | undefined;
  let running: Promise<void> | undefined;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;

  const load = async (ids: Set<string> | "all") => {
    const fresh = await loadDeviceKeys(database.pool, ids === "all" ? undefined : [...ids]);
    for (const id of ids === "all" ? [...devices.keys()] : ids) {
      // A key that was destroyed is not in memory either.
      for (const version of devices.get(id)?.live.keys() ?? []) if (!fresh.get(id)?.live.has(version)) unwrapped.delete(`${id} ${version}`);
      if (!fresh.has(id)) devices.delete(id);
    }
    for (const [id, keys] of fresh) {
      // What came since it was stored is known here only.
      for (const [version, key] of keys.live) key.window = newer(key.window, devices.get(id)?.live.get(version)?.window);
      devices.set(id, keys);
    }
    if (ids !== "all") return;
    isLoaded = true;
    markLoaded();
  };
  const run = async () => {
    while (wanted && !closed) {
      const ids = wanted;
      wanted = undefined;
      try {
        await load(ids);
      } catch (error) {
        log.warn({ error: error instanceof Error ? error.message : String(error) }, "cannot read content keys, trying again");
        want(ids);
        await new Promise<void>((resolve) => {
          retry = setTimeout(resolve, RETRY_MS);
        });
      }
    }
  };
  const want = (ids: Iterable<string> | "all") => {
    if (ids === "all" || wanted === "all") wanted = "all";
    else wanted = new Set([...(wanted ?? []), ...ids]);
  };
  const start = () => {
    // Notifications of one transaction come one by one: they are read together.
    running ??= Promise.resolve()
      .then(run)
      .finally(() => {
        running = undefined;
        if (wanted && !closed) void start();
      });
    return running;
  };
  const heard = (payload: string) => {
    want(payload === "" ? "all" : [payload]);
    void start();
  };
  const listener = listen(url, { [CHANNELS.contentKey]: heard }, { log, onUp: () => heard("") });

  const keyOf = (deviceId: string, version: number, wrapped: Uint8Array): KeyObject => {
    const name = `${deviceId} ${version}`;
    const known = unwrapped.get(name);
    if (known) return known;
    const key = createSecretKey(secrets.unwrap(wrapped));
    if (unwrapped.size >= MOST_UNWRAPPED) unwrapped.delete(unwrapped.keys().next().value ?? "");
    unwrapped.set(name, key);
    return key;
  };

  const decrypt = (deviceId: string, topic: string, payload: Uint8Array) => {
    const read = readEnvelope(payload, { device: deviceId, topic });
    if (!read.ok) return read;
    const { version, seq } = read.envelope;
    const device = devices.get(deviceId);
    const key = device?.live.get(version);
    if (!key) {
      if (version <= (device?.newest ?? 0)) return refuseEnvelope("retired_key", `Version ${keyIdOf(version)} is retired; the device has to use a newer one.`);
      return refuseEnvelope("unknown_key", `This device has no key ${keyIdOf(version)}.`);
    }
    const plain = key.wrapped && aesGcm.open(keyOf(deviceId, version, key.wrapped), read.envelope);
    if (plain === undefined)
      return refuseEnvelope("tampered", `It does not open with key ${keyIdOf(version)}: changed on the way, or sealed with another key.`);
    return { ok: true as const, key, plain, version, seq };
  };

  return {
    loaded,
    isLoaded: () => isLoaded,
    policyOf: (deviceId) => devices.get(deviceId)?.policy ?? "off",
    knows: (deviceId) => devices.get(deviceId),
    open(deviceId, topic, payload, { ownNumbers = false } = {}) {
      const read = decrypt(deviceId, topic, payload);
      if (!read.ok) return read;
      const { key, plain, version, seq } = read;
      if (ownNumbers) return { ok: true, plain, seq, version, window: key.window };
      const window = acceptSequence(key.window, seq);
      if (!window)
        return refuseEnvelope("replayed_sequence", `Number ${seq} came already with key ${keyIdOf(version)}, or is too old to tell. Nothing is stored twice.`);
      key.window = window;
      return { ok: true, plain, seq, version, window };
    },
    peek(deviceId, topic, payload) {
      const read = decrypt(deviceId, topic, payload);
      return !read.ok ? read : (read.plain ?? refuseEnvelope("unknown_key", "The fleet is sealed: the server has no key that opens it."));
    },
    async refresh(deviceIds) {
      want(deviceIds);
      do await start();
      while (wanted && !closed);
    },
    async close() {
      closed = true;
      clearTimeout(retry);
      await listener.close();
    },
  };
}

function newer(stored: ReplayWindow, here: ReplayWindow | undefined): ReplayWindow {
  return here && here.highest >= stored.highest ? here : stored;
}
