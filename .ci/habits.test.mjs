import { expect, test } from "vitest";
import { badHabits } from "./habits.mjs";

test.each([
  ["e2e/a.spec.ts", "await page.waitForTimeout(500)"],
  ["e2e/support/x.ts", 'import { setTimeout } from "node:timers/promises";'],
  ["lib/a.test.ts", "await new Promise((resolve) => setTimeout(resolve, 100))"],
  ["lib/a.integration.test.ts", "await sleep(200)"],
  ["lib/a.test.ts", 'test.only("x", () => {})'],
  ["lib/a.test.ts", 'describe.skip("x", () => {})'],
  ["e2e/a.spec.ts", "test.describe.configure({ retries: 2 })"],
  ["lib/a.ts", 'fetch("https://registry.example.org/x")'],
  ["package-lock.json", '  "resolved": "https://example.org/a.tgz"'],
  [".npmrc", "registry=https://example.org/"],
  ["docs/a.md", "see /Users/somebody/x"],
  ["README.md", "text\n<<<<<<< HEAD\n"],
])("%s: %s is refused", (file, text) => {
  expect(badHabits(file, text)).toHaveLength(1);
});

test.each([
  ["lib/a.ts", "setTimeout(resolve, 100)"],
  ["lib/a.test.ts", "await vi.waitFor(() => expect(x).toBe(1))"],
  ["e2e/a.spec.ts", "await expect.poll(() => x).toBe(1)"],
  ["package.json", '"next": "16.4.6"'],
])("%s: %s is fine", (file, text) => {
  expect(badHabits(file, text)).toEqual([]);
});
