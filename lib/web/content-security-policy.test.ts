import { expect, test } from "vitest";
import { contentSecurityPolicy } from "./content-security-policy";

const rule = (policy: string, name: string) => policy.split("; ").find((text) => text.startsWith(`${name} `));

test("nothing but the own origin, and inline scripts only with the nonce", () => {
  const policy = contentSecurityPolicy({ nonce: "abc", liveUrl: "/mqtt", development: false });
  expect(rule(policy, "script-src")).toBe("script-src 'self' 'nonce-abc' 'strict-dynamic'");
  expect(rule(policy, "connect-src")).toBe("connect-src 'self'");
  expect(rule(policy, "form-action")).toBe("form-action 'self'");
  expect(policy).not.toMatch(/https?:|\*|unsafe-eval/);
});

test("a broker or an issuer of another origin is named, without path or credentials", () => {
  const policy = contentSecurityPolicy({
    nonce: "abc",
    liveUrl: "wss://u:p@mqtt.example.com:8884/mqtt?x; y",
    issuer: "https://id.example.com/realm",
    development: true,
  });
  expect(rule(policy, "connect-src")).toBe("connect-src 'self' wss://mqtt.example.com:8884");
  expect(rule(policy, "form-action")).toBe("form-action 'self' https://id.example.com");
});
