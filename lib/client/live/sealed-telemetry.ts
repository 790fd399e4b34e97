import type { OpeningKeys } from "@/lib/domain/encryption/key-view";
import { parseTopic } from "@/lib/protocol/topics";

interface Dependencies {
  fetchKeys: (deviceId: string) => Promise<OpeningKeys>;
  /** Of a sealed fleet: the key that this tab has unlocked. */
  unlockedKey?: (deviceId: string, version: number) => Promise<CryptoKey | undefined>;
  /** In a sealed fleet the server has no further key, however often it is asked. */
  isSealed?: () => Promise<boolean>;
  /** Milliseconds. */
  now: () => number;
}

interface DeviceKeys {
  keys: Map<number, CryptoKey>;
  fetchedAt: number;
  /** Messages of one device stay in their order, however long a key takes. */
  last: Promise<unknown>;
}

/** A key that we do not have is asked for at most so often: each time leaves an audit event. */
const ASK_AGAIN_MS = 10_000;

/** Opens what comes sealed over the live link, in this tab, by WebCrypto. The parts for it are loaded when the first such message comes. */
export class SealedTelemetry {
  private readonly devices = new Map<string, DeviceKeys>();

  constructor(private readonly dependencies: Dependencies) {}

  /** The payload inside; undefined when it does not open. Never rejects. */
  open(topic: string, payload: Uint8Array): Promise<Uint8Array | undefined> {
    const parsed = parseTopic(topic);
    if (parsed?.kind !== "up") return Promise.resolve(undefined);
    const device = this.devices.get(parsed.device) ?? { keys: new Map(), fetchedAt: Number.NEGATIVE_INFINITY, last: Promise.resolve() };
    this.devices.set(parsed.device, device);
    const opened = device.last.then(() => this.openNow(device, parsed.device, topic, payload)).catch(() => undefined);
    device.last = opened;
    return opened;
  }

  private async openNow(device: DeviceKeys, id: string, topic: string, payload: Uint8Array): Promise<Uint8Array | undefined> {
    const { readEnvelope } = await import("@/lib/protocol/envelope/read-envelope");
    const { openInBrowser } = await import("@/lib/protocol/envelope/web-cipher");
    const read = readEnvelope(payload, { device: id, topic });
    if (!read.ok) return undefined;
    const { version } = read.envelope;
    const unlocked = await this.dependencies.unlockedKey?.(id, version);
    const key = unlocked ?? device.keys.get(version) ?? (await this.fetch(device, id, version));
    return key && openInBrowser(key, read.envelope);
  }

  private async fetch(device: DeviceKeys, id: string, version: number): Promise<CryptoKey | undefined> {
    const now = this.dependencies.now();
    if (now - device.fetchedAt < ASK_AGAIN_MS) return undefined;
    if (Number.isFinite(device.fetchedAt) && (await this.dependencies.isSealed?.())) return undefined;
    device.fetchedAt = now;
    const { importContentKey } = await import("@/lib/protocol/envelope/web-cipher");
    const { fromBase64url } = await import("@/lib/protocol/envelope/base64url");
    const { keys } = await this.dependencies.fetchKeys(id);
    for (const { version: number, key } of keys) {
      const bytes = fromBase64url(new TextEncoder().encode(key));
      if (bytes) device.keys.set(number, await importContentKey(bytes));
    }
    return device.keys.get(version);
  }
}
