import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { withoutDaemons } from "./tools.mjs";

const folder = mkdtempSync(path.join(tmpdir(), "sallyport-policy-"));
const policy = path.join(folder, "policy-rc.d");
beforeEach(() => rmSync(policy, { force: true }));
afterAll(() => rmSync(folder, { recursive: true }));

test("while something is installed no server may start, and afterwards the machine is as it was", () => {
  const answer = withoutDaemons([], policy, () => spawnSync(policy, ["mosquitto", "start"]).status);
  expect(answer).toBe(101);
  expect(existsSync(policy)).toBe(false);
});

test("also when the installation throws", () => {
  const act = () => {
    expect(existsSync(policy)).toBe(true);
    throw new Error("no network");
  };
  expect(() => withoutDaemons([], policy, act)).toThrow("no network");
  expect(existsSync(policy)).toBe(false);
});

test("a policy that is there decides, and stays", () => {
  const own = "#!/bin/sh\nexit 0\n";
  writeFileSync(policy, own, { mode: 0o755 });
  expect(withoutDaemons([], policy, () => readFileSync(policy, "utf8"))).toBe(own);
  expect(readFileSync(policy, "utf8")).toBe(own);
});

test("one that a killed run left behind goes", () => {
  const left = withoutDaemons([], policy, () => readFileSync(policy, "utf8"));
  writeFileSync(policy, left, { mode: 0o755 });
  withoutDaemons([], policy, () => {});
  expect(existsSync(policy)).toBe(false);
});

test.runIf(existsSync("/usr/sbin/invoke-rc.d"))("Debian's invoke-rc.d heeds such a policy", () => {
  const script = readFileSync("/usr/sbin/invoke-rc.d", "utf8");
  expect(script).toContain("/usr/sbin/policy-rc.d");
  expect(execFileSync("sh", ["-n", "/usr/sbin/invoke-rc.d"], { encoding: "utf8" })).toBe("");
});
