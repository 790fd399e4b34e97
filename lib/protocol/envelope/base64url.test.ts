import fc from "fast-check";
import { expect, test } from "vitest";
import { fromBase64url, toBase64url } from "./base64url";

const ascii = (text: string) => new TextEncoder().encode(text);

test("agrees with Node's, both ways", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const text = Buffer.from(bytes).toString("base64url");
      expect(Buffer.from(toBase64url(bytes)).toString()).toBe(text);
      expect(fromBase64url(ascii(text))).toEqual(bytes);
    }),
  );
});

test("one value has one spelling", () => {
  expect(fromBase64url(ascii("AA"))).toEqual(Uint8Array.of(0));
  for (const other of ["AB", "AA==", "A A", "AA\n", "A", "+/", "AAé"]) expect(fromBase64url(ascii(other))).toBeUndefined();
});
