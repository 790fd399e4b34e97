import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LIMITS } from "./limits";
import { encodeTelemetry, parseTelemetry, REJECT_REASONS } from "./telemetry";

const device = "dev_0123456789abcdef";
const now = 1_800_000_000_000;
const bytes = (value: unknown) => new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
const parse = (value: unknown) => parseTelemetry(bytes(value), device, now);
const reasonOf = (value: unknown) => {
  const result = parse(value);
  return result.ok ? "stored" : result.reason;
};
const messageOf = (value: unknown) => {
  const result = parse(value);
  if (!result.ok) throw new Error(result.detail);
  return result.message;
};

describe("a flat object of numbers", () => {
  test("gets the time of its arrival, unless it brings one", () => {
    expect(messageOf({ temperature: 21.4 })).toEqual({
      seq: 0,
      arrivalTimed: true,
      readings: [{ metric: "temperature", time: now, value: 21.4, unit: undefined }],
    });
    const message = messageOf({ temperature: 21.4, humidity: 40, time: now / 1000 - 1.5, seq: 7 });
    expect(message).toMatchObject({ seq: 7, arrivalTimed: false });
    expect(message.readings.map(({ metric, time }) => [metric, time])).toEqual([
      ["temperature", now - 1_500],
      ["humidity", now - 1_500],
    ]);
  });

  test.each([
    [{}, "empty"],
    [{ seq: 1 }, "empty"],
    [{ t: "21.4" }, "bad_shape"],
    [{ t: null }, "bad_shape"],
    [{ t: [1] }, "bad_shape"],
    [{ t: 1, time: "now" }, "bad_shape"],
    [{ t: 1, seq: -1 }, "bad_sequence"],
    [{ t: 1, seq: 1.5 }, "bad_sequence"],
    [{ t: 1, seq: 2 ** 53 }, "bad_sequence"],
    [{ "": 1 }, "bad_metric_name"],
    [{ "a b": 1 }, "bad_metric_name"],
    [{ "a\u0000": 1 }, "bad_metric_name"],
    [{ ["x".repeat(65)]: 1 }, "bad_metric_name"],
    ['{"t":1e400}', "not_finite"],
    [{ t: 1, time: now / 1000 - 36 * 86_400 }, "time_out_of_range"],
    [{ t: 1, time: now / 1000 + 2 * 86_400 }, "time_out_of_range"],
    ['{"t":1,"time":1e300}', "time_out_of_range"],
    [Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`m${index}`, index])), "too_many_readings"],
    ["", "empty"],
    ["21.4", "bad_shape"],
    ["null", "bad_shape"],
    ["{", "not_json"],
    ["x".repeat(LIMITS.telemetryBytes + 1), "too_large"],
    [`${"[".repeat(20_000)}${"]".repeat(20_000)}`, "bad_shape"],
  ])("%j is %s", (value, reason) => {
    expect(reasonOf(value)).toBe(reason);
  });

  test("names that objects inherit are metrics like any other", () => {
    expect(messageOf({ constructor: 1, toString: 2 }).readings.map(({ metric }) => metric)).toEqual(["constructor", "toString"]);
    expect(reasonOf('{"__proto__":1}')).toBe("bad_metric_name");
  });
});

describe("SenML", () => {
  test("base fields stay in force, and its own sequence is read", () => {
    const { seq, arrivalTimed, readings } = messageOf([
      { bn: `${device}:`, bt: now / 1000, bu: "Cel", bv: 20, seq: 9, n: "inside", v: 1.5 },
      { n: "outside", v: -3, t: -10 },
      { n: "humidity", u: "%RH", v: 40 },
    ]);
    expect([seq, arrivalTimed]).toEqual([9, false]);
    expect(readings).toEqual([
      { metric: "inside", time: now, value: 21.5, unit: "Cel" },
      { metric: "outside", time: now - 10_000, value: 17, unit: "Cel" },
      { metric: "humidity", time: now, value: 60, unit: "%RH" },
    ]);
  });

  test("times near zero are relative to the arrival", () => {
    expect(messageOf([{ n: "t", v: 1, t: -5 }])).toMatchObject({ arrivalTimed: true, readings: [{ time: now - 5_000 }] });
  });

  test.each([
    [[{ bn: "dev_other:", n: "t", v: 1 }], "wrong_device"],
    [[{ n: "t", vs: "on" }], "bad_shape"],
    [[{ n: "t", v: "1" }], "bad_shape"],
    [[{ n: "t", v: 1, extra_: 1 }], "bad_shape"],
    [[1], "bad_shape"],
    [[[]], "bad_shape"],
    [[], "empty"],
    [[{ bn: `${device}:`, bt: now / 1000 }], "empty"],
    [[{ n: "t", v: 1, seq: -3 }], "bad_sequence"],
    [[{ bt: now / 1000 + 9e5, n: "t", v: 1 }], "time_out_of_range"],
    ['[{"n":"t","bv":1e308,"v":1e308}]', "not_finite"],
    [Array.from({ length: 501 }, (_, index) => ({ n: `m${index}`, v: 1 })), "too_many_readings"],
  ])("%j is %s", (value, reason) => {
    expect(reasonOf(value)).toBe(reason);
  });

  test("what our agent writes is read back", () => {
    const text = encodeTelemetry(
      device,
      12,
      now,
      new Map([
        ["cpu", { value: 0.5, unit: "/" }],
        ["load", { value: 3 }],
      ]),
    );
    expect(messageOf(text)).toEqual({
      seq: 12,
      arrivalTimed: false,
      readings: [
        { metric: "cpu", time: now, value: 0.5, unit: "/" },
        { metric: "load", time: now, value: 3, unit: undefined },
      ],
    });
  });
});

describe("fuzz: never throws, and what passes is storable", () => {
  const check = (payload: Uint8Array) => {
    const result = parseTelemetry(payload, device, now);
    if (!result.ok) {
      expect(REJECT_REASONS).toContain(result.reason);
      expect(result.detail).toMatch(/^[\x20-\x7e]+$/);
      return;
    }
    expect(Number.isSafeInteger(result.message.seq)).toBe(true);
    for (const { metric, time, value, unit } of result.message.readings) {
      expect(metric).toMatch(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$/);
      expect(Number.isFinite(value) && Number.isSafeInteger(time)).toBe(true);
      expect(unit ?? "").toMatch(/^[\x20-\x7e]{0,16}$/);
    }
  };

  test("any bytes", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), check), { numRuns: 5_000 });
  });

  test("any JSON", () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: "binary" }), (text) => check(bytes(text))),
      { numRuns: 5_000 },
    );
  });

  test("records that are nearly right", () => {
    const value = fc.oneof(fc.double(), fc.string({ unit: "binary", maxLength: 8 }), fc.constant(null), fc.boolean(), fc.constant([]));
    const label = fc.constantFrom("bn", "bt", "bv", "bu", "n", "u", "v", "t", "seq", "vs", "time", "x_", "temperature");
    const record = fc.dictionary(label, value, { maxKeys: 6 });
    fc.assert(
      fc.property(fc.oneof(record, fc.array(record, { maxLength: 5 })), (shape) => check(bytes(shape))),
      { numRuns: 10_000 },
    );
  });
});
