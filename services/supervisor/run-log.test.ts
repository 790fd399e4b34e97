import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, afterEach, expect, test } from "vitest";
import { RunLog } from "./run-log";

const folder = mkdtempSync(path.join(tmpdir(), "sallyport-log-"));
afterEach(() => rmSync(path.join(folder, "logs"), { recursive: true, force: true }));
afterAll(() => rmSync(folder, { recursive: true }));

test("everything goes to the file, warnings and what a library complains of to the terminal", () => {
  const shown: string[] = [];
  const log = new RunLog(folder, (text) => shown.push(stripVTControlCharacters(text)));
  log.line("broker", JSON.stringify({ level: 30, msg: "listening" }), "stdout");
  log.line("broker", JSON.stringify({ level: 40, msg: "slow", err: { message: "disk" } }), "stdout");
  log.line("web", "ready in 1 s", "stdout");
  log.line("web", "out of memory", "stderr");
  expect(shown).toEqual(["[broker] warn slow: disk", "[web] out of memory"]);
  expect(readFileSync(path.join(folder, "logs/broker.log"), "utf8").split("\n")).toHaveLength(3);
  expect(statSync(path.join(folder, "logs/broker.log")).mode & 0o777).toBe(0o600);
});

test("a file that grew is put aside, and one old one is kept", () => {
  const log = new RunLog(folder, () => {});
  const line = "x".repeat(1024 * 1024);
  for (let i = 0; i < 14; i++) log.line("broker", line, "stdout");
  expect(readdirSync(path.join(folder, "logs")).sort()).toEqual(["broker.log", "broker.log.1"]);
  expect(statSync(path.join(folder, "logs/broker.log")).size).toBeLessThanOrEqual(5 * 1024 * 1024);
});
