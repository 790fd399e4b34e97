import { expect, test } from "vitest";
import { consoleScopes, deviceScopes } from "@/lib/protocol/access";
import { scopeWords } from "./token-words";

test("a device's own topics, and what else", () => {
  expect(scopeWords({ scopes: deviceScopes("flt_1", "dev_1"), subject: "dev_1" })).toBe("publish own up/#, subscribe own down/#");
  expect(scopeWords({ scopes: consoleScopes("flt_1", { payloads: false }), subject: "usr_1" })).toBe("subscribe +/presence, subscribe live/#");
  expect(scopeWords({ scopes: [{ permission: "deny", action: "all", topic: "sp/v1/flt_1/dev_2/#" }], subject: "dev_1" })).toBe(
    "never publish and subscribe dev_2/#",
  );
  expect(scopeWords({ scopes: [], subject: "dev_1" })).toBe("nothing at all");
});
