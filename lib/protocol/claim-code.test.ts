import fc from "fast-check";
import { expect, test } from "vitest";
import { newClaimCode, readClaimCode, readClaimLink, spellClaimCode, writeClaimLink } from "./claim-code";

test("read back as it was made, however it is spelt", () => {
  for (let i = 0; i < 100; i++) {
    const code = newClaimCode();
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{16}$/);
    for (const spelt of [code, spellClaimCode(code), spellClaimCode(code).toLowerCase(), ` ${code.replaceAll("0", "o").replaceAll("1", "l")} `])
      expect(readClaimCode(spelt)).toBe(code);
  }
});

test.each(["", "K7QM", "K7QM-2XD4-9RTV-0ZAU", "K7QM-2XD4-9RTV-0ZAB-0", "eyJhbGciOiJFZERTQSJ9.e30.c2ln", "K7QM-2XD4-9RTV-0Z\u{1D7D8}B"])(
  "%j is no claim code",
  (text) => {
    expect(readClaimCode(text)).toBeUndefined();
  },
);

test("a link tells where the broker is; a bare code does not", () => {
  const link = { code: "K7QM2XD49RTV0ZAB", host: "broker.example", port: 1883, tlsPort: 8883 };
  expect(writeClaimLink(link)).toBe("sallyport:claim?c=K7QM2XD49RTV0ZAB&h=broker.example&p=1883&s=8883");
  expect(readClaimLink(writeClaimLink(link))).toEqual(link);
  const root = "-4bK6_GjP4EQTvmNgmfYGTlHeI7b58QIwCXTw763qeQ";
  expect(readClaimLink(writeClaimLink({ ...link, root }))).toEqual({ ...link, root });
  expect(readClaimLink(`${writeClaimLink(link)}&r=${root.slice(1)}`)).toBeUndefined();
  expect(readClaimLink(writeClaimLink({ ...link, host: "::1" }))).toEqual({ ...link, host: "::1" });
  expect(readClaimLink("k7qm-2xd4-9rtv-0zab")).toEqual({ code: link.code });
  for (const bad of [
    "sallyport:claim?c=x",
    "sallyport:claim?c=K7QM2XD49RTV0ZAB&h=a b&p=1&s=2",
    "sallyport:claim?c=K7QM2XD49RTV0ZAB&h=a&p=0&s=70000",
    "https://a",
  ])
    expect(readClaimLink(bad)).toBeUndefined();
});

test("no text makes it throw, and what it reads is a code", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((text) => `sallyport:claim?${text}`),
      ),
      (text) => {
        const link = readClaimLink(text);
        if (link) expect(link.code).toMatch(/^[0-9A-HJKMNP-TV-Z]{16}$/);
      },
    ),
    { numRuns: 2_000 },
  );
});
