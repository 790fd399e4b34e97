import { createCipheriv, createSecretKey, randomBytes, randomFillSync } from "node:crypto";
import { createSimulator } from "@/device/simulator";
import { aesGcm } from "@/lib/base/aes-gcm";
import type { Envelope, EnvelopeFormat } from "@/lib/protocol/envelope/envelope";
import { readEnvelope } from "@/lib/protocol/envelope/read-envelope";
import { acceptSequence, EMPTY_WINDOW } from "@/lib/protocol/envelope/replay-window";
import { sealEnvelope } from "@/lib/protocol/envelope/seal-envelope";
import { runRotationScenario } from "@/lib/testing/rotation-scenario";
import type { Benchmark } from "./support/benchmark";
import { measureChromium } from "./support/crypto/measure-chromium";
import { measureDevicePage } from "./support/crypto/measure-page";
import { openPostgres } from "./support/presence/stage";

const ROUNDS = 5;
const ROUND_MS = 700;
const READING_BYTES = 100;
const key = createSecretKey(randomBytes(32));
const plain = randomBytes(READING_BYTES);
const where = { device: "dev_0123456789abcdef", topic: "sp/v1/flt_0123456789abcdef/dev_0123456789abcdef/up/telemetry" };
let seq = Date.now();

/**
 * What the envelope costs: JWE and COSE on a reading of 100 bytes, beside AES-256-GCM alone, all on one thread of Node. Medians.
 * Then a rotation of a fleet that publishes (lib/testing/rotation-scenario.ts), and the page of a device in the whole product (after
 * `npm run build`). `cipher`, `rotation` or `page` as argument: only that.
 */
const crypto: Benchmark = async ({ args, say }) => {
  const measured = (part: string) => args.length === 0 || args.includes(part);
  return {
    ...(measured("cipher") ? { ...cipherFigures(say), ...(await chromiumFigures(say)) } : {}),
    ...(measured("rotation") ? await rotationFigures(say) : {}),
    ...(measured("page") ? await pageFigures(say) : {}),
  };
};
export default crypto;

/** A device page with five sealed values at 10 Hz: its longest task over 50 ms (0: none). */
async function pageFigures(say: (text: string) => void): Promise<Record<string, number>> {
  say("the page of a device");
  const { longestTaskMs, longTasks, messages } = await measureDevicePage();
  return { devicePageMessages: messages, devicePageLongTasks: longTasks, devicePageLongestTaskMs: longestTaskMs };
}

/** The envelope in a page, by WebCrypto; five sealed messages at 10 Hz, and the longest task over 50 ms meanwhile (0: none). */
async function chromiumFigures(say: (text: string) => void): Promise<Record<string, number>> {
  say("Chromium");
  const { bare: bareRate, encrypt, decrypt, longestTaskMs } = await measureChromium(3 * ROUND_MS);
  return {
    bareAesGcmPerSecondChromium: Math.round(bareRate),
    encryptPerSecondChromium: Math.round(encrypt),
    decryptPerSecondChromium: Math.round(decrypt),
    longestTaskMsAtTenHertz: Math.round(longestTaskMs),
  };
}

/** 500 devices, each with a message every 5 seconds: 100 a second. A tenth is away while the rotation goes on, and then returns. */
async function rotationFigures(say: (text: string) => void): Promise<Record<string, number>> {
  return {
    ...(await runRotationScenario({
      devices: 500,
      awayShare: 0.1,
      intervalSeconds: 5,
      canaryCount: 10,
      wavePercent: 25,
      createSimulator,
      say,
      db: await openPostgres(),
    })),
  };
}

function cipherFigures(say: (text: string) => void): Record<string, number> {
  const sealed = { jwe: seal("jwe"), cose: seal("cose") };
  const works: Record<string, () => void> = {
    bareAesGcmPerSecond: bare,
    encryptPerSecond: () => void seal("jwe"),
    decryptPerSecond: () => receive(sealed.jwe),
    coseEncryptPerSecond: () => void seal("cose"),
    coseDecryptPerSecond: () => receive(sealed.cose),
  };
  const rates = new Map<string, number[]>(Object.keys(works).map((name) => [name, []]));
  for (let round = 0; round <= ROUNDS; round++) {
    say(round === 0 ? "warming up" : `round ${round} of ${ROUNDS}`);
    for (const [name, work] of Object.entries(works)) {
      const rate = perSecond(work);
      if (round > 0) rates.get(name)?.push(rate);
    }
  }
  const figures = Object.fromEntries([...rates].map(([name, values]) => [name, Math.round(median(values))]));
  return { ...figures, jweOverheadBytes: sealed.jwe.length - READING_BYTES, coseOverheadBytes: sealed.cose.length - READING_BYTES };
}

function seal(format: EnvelopeFormat): Uint8Array {
  return sealEnvelope(aesGcm, { key, version: 7 }, { ...where, seq: seq++ }, plain, format);
}

/** As ingest does it: take apart, open, look into the replay window. */
function receive(payload: Uint8Array): void {
  const read = readEnvelope(payload, where);
  const envelope: Envelope | undefined = read.ok ? read.envelope : undefined;
  if (!envelope || !aesGcm.open(key, envelope) || !acceptSequence(EMPTY_WINDOW, envelope.seq)) throw new Error("it does not open");
}

/** The cipher alone: fresh random nonce, 16 bytes of additional data, whole tag. */
function bare(): void {
  const cipher = createCipheriv("aes-256-gcm", key, randomFillSync(new Uint8Array(12)), { authTagLength: 16 });
  cipher.setAAD(plain.subarray(0, 16));
  Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function perSecond(work: () => void): number {
  const start = performance.now();
  let count = 0;
  for (; performance.now() - start < ROUND_MS; count += 50) for (let index = 0; index < 50; index++) work();
  return (count * 1_000) / (performance.now() - start);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
