import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { sourceHash } from "./source-hash";

const root = mkdtempSync(path.join(tmpdir(), "sallyport-hash-"));
afterAll(() => rmSync(root, { recursive: true }));

function write(file: string, text: string): string {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
  return sourceHash(root);
}

test("changes with what is built, and only with that", () => {
  const first = write("app/page.tsx", "one");
  expect(write("app/page.tsx", "one")).toBe(first);
  expect(write("app/page.test.tsx", "a test")).toBe(first);
  expect(write("services/broker/main.ts", "elsewhere")).toBe(first);
  const second = write("app/page.tsx", "two");
  expect(second).not.toBe(first);
  expect(write("app/other.tsx", "")).not.toBe(second);
});
