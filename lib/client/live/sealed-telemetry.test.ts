import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { aesGcm } from "@/lib/base/aes-gcm";
import { sealEnvelope } from "@/lib/protocol/envelope/seal-envelope";
import { topics } from "@/lib/protocol/topics";
import { SealedTelemetry } from "./sealed-telemetry";

const device = "dev_1";
const topic = topics.up("flt_1", device, "telemetry");
const keys = new Map([1, 2].map((version) => [version, randomBytes(32)]));
const seal = (version: number, seq: number, text: string) =>
  sealEnvelope(aesGcm, { key: keys.get(version) ?? randomBytes(32), version }, { device, topic, seq }, Buffer.from(text));
const text = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString();

function reader() {
  const known = [1];
  const state = { asked: 0, now: 0 };
  const sealed = new SealedTelemetry({
    now: () => state.now,
    fetchKeys: async () => {
      state.asked++;
      return { keys: known.map((version) => ({ version, key: (keys.get(version) ?? Buffer.alloc(0)).toString("base64url") })) };
    },
  });
  return { sealed, state, known };
}

test("keys are asked for once, then again when another version shows up", async () => {
  const { sealed, state, known } = reader();
  const opened = await Promise.all([1, 2, 3].map((seq) => sealed.open(topic, seal(1, seq, `m${seq}`))));
  expect(opened.map(text)).toEqual(["m1", "m2", "m3"]);
  expect(state.asked).toBe(1);
  known.push(2);
  state.now = 10_000;
  expect(text(await sealed.open(topic, seal(2, 4, "m4")))).toBe("m4");
  expect(state.asked).toBe(2);
});

test("what does not open is left out, and a version that nobody knows is not asked for again and again", async () => {
  const { sealed, state } = reader();
  const other = topics.up("flt_1", "dev_2", "telemetry");
  for (let index = 0; index < 5; index++) expect(await sealed.open(topic, seal(9, index, "x"))).toBeUndefined();
  expect(state.asked).toBe(1);
  expect(await sealed.open(topic, Buffer.from("e.rubbish"))).toBeUndefined();
  expect(await sealed.open(other, seal(1, 1, "x"))).toBeUndefined();
  expect(await sealed.open("sp/v1/flt_1/live/summary", seal(1, 1, "x"))).toBeUndefined();
  const failing = new SealedTelemetry({ now: () => 0, fetchKeys: () => Promise.reject(new Error("forbidden")) });
  expect(await failing.open(topic, seal(1, 1, "x"))).toBeUndefined();
});
