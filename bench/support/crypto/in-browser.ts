import { jweAad, writeJwe } from "@/lib/protocol/envelope/jwe";
import { readEnvelope } from "@/lib/protocol/envelope/read-envelope";
import { openInBrowser } from "@/lib/protocol/envelope/web-cipher";

const READING_BYTES = 100;
const where = { device: "dev_0123456789abcdef", topic: "sp/v1/flt_0123456789abcdef/dev_0123456789abcdef/up/telemetry" };
let seq = Date.now();

export interface BrowserFigures {
  bare: number;
  encrypt: number;
  decrypt: number;
  longestTaskMs: number;
  opened: number;
}

/** Runs in a page: the envelope of `lib/protocol` with WebCrypto, on a reading of 100 bytes, one after the other. */
export async function measureInBrowser(roundMs: number): Promise<BrowserFigures> {
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const plain = crypto.getRandomValues(new Uint8Array(READING_BYTES));
  const sealed = await seal(key, plain);
  const figures = {
    bare: await perSecond(roundMs, () => bare(key, plain)),
    encrypt: await perSecond(roundMs, () => seal(key, plain)),
    decrypt: await perSecond(roundMs, () => receive(key, sealed)),
  };
  return { ...figures, ...(await tenHertz(key, plain)) };
}

async function seal(key: CryptoKey, plain: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const aad = jweAad(7, { ...where, seq: seq++ });
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const additionalData = new Uint8Array(aad);
  return writeJwe({
    aad,
    nonce,
    sealed: new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce, additionalData, tagLength: 128 }, key, plain)),
  });
}

async function receive(key: CryptoKey, payload: Uint8Array): Promise<void> {
  const read = readEnvelope(payload, where);
  if (!read.ok || !(await openInBrowser(key, read.envelope))) throw new Error("it does not open");
}

async function bare(key: CryptoKey, plain: Uint8Array<ArrayBuffer>): Promise<void> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: plain.subarray(0, 16), tagLength: 128 }, key, plain);
}

async function perSecond(roundMs: number, work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  let count = 0;
  for (; performance.now() - start < roundMs; count++) await work();
  return (count * 1_000) / (performance.now() - start);
}

/** Five sealed messages at 10 Hz for three seconds, as a device page opens them; the longest task that the browser saw meanwhile, 0: none over 50 ms. */
async function tenHertz(key: CryptoKey, plain: Uint8Array<ArrayBuffer>): Promise<{ longestTaskMs: number; opened: number }> {
  let longestTaskMs = 0;
  // What went before is another measurement's.
  await new Promise((resolve) => setTimeout(resolve, 500));
  const startedAt = performance.now();
  const observer = new PerformanceObserver((list) => {
    for (const { duration, startTime } of list.getEntries()) if (startTime > startedAt) longestTaskMs = Math.max(longestTaskMs, duration);
  });
  observer.observe({ type: "longtask" });
  let opened = 0;
  for (let tick = 0; tick < 30; tick++) {
    for (let metric = 0; metric < 5; metric++, opened++) await receive(key, await seal(key, plain));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  observer.disconnect();
  return { longestTaskMs, opened };
}
