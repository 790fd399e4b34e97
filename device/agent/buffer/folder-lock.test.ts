import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { claimFolder } from "./folder-lock";

const folder = mkdtempSync(path.join(tmpdir(), "sallyport-folder-lock-"));
const lock = path.join(folder, "lock");
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const statOf = (pid: number) => {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
};

test("a folder is held by one, and free again afterwards", () => {
  const release = claimFolder(folder);
  expect(() => claimFolder(folder)).toThrow("in use by another agent");
  release();
  claimFolder(folder)();
});

// A killed agent whose parent is gone too, or is a container's process 1 that collects nobody, stays in the table as a zombie.
test.runIf(process.platform === "linux")("one that was killed and never collected holds nothing", async () => {
  const parent = spawn("sh", ["-c", "true & echo $!; exec sleep 600"], { stdio: ["ignore", "pipe", "ignore"] });
  const [said] = await once(parent.stdout, "data");
  const zombie = Number(String(said).trim());
  await vi.waitFor(() => expect(statOf(zombie)[0]).toBe("Z"));
  claimFolder(folder)();
  writeFileSync(lock, `${zombie} ${statOf(zombie)[19]}`);
  claimFolder(folder)();
  parent.kill("SIGKILL");
});
