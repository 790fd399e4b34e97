import { expect, test } from "vitest";
import { apiKeyPrefix, isApiKey, makeApiKey } from "./api-key-format";

test("a made key is recognised and differs from every other", () => {
  const keys = Array.from({ length: 200 }, makeApiKey);
  expect(keys.every(isApiKey)).toBe(true);
  expect(new Set(keys).size).toBe(200);
  expect(keys[0]).toMatch(/^sp_[0-9a-z]{46}$/);
});

test("one wrong character anywhere is noticed without a look-up", () => {
  const key = makeApiKey();
  for (let i = 3; i < key.length; i++) {
    const other = key[i] === "0" ? "1" : "0";
    expect(isApiKey(key.slice(0, i) + other + key.slice(i + 1))).toBe(false);
  }
});

test.each(["", "sp_", "sp_short", "xx_0000", `${makeApiKey()} `, makeApiKey().toUpperCase()])("%s is no key", (text) => {
  expect(isApiKey(text)).toBe(false);
});

test("the prefix tells keys apart and gives nothing of the secret's strength away", () => {
  expect(apiKeyPrefix(makeApiKey())).toHaveLength(11);
});
