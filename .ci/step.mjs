import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { root } from "./files.mjs";

export const say = (line) => process.stdout.write(`${line}\n`);
export const bin = (name) => path.join(root, "node_modules/.bin", name);
const reports = path.join(root, "node_modules/.cache/sallyport");
const LIMIT_MS = 15 * 60_000;
/** Colours are for terminals; logs get plain lines. */
const PLAIN = process.stdout.isTTY ? {} : { NO_COLOR: "1", FORCE_COLOR: undefined };
const running = new Set();

let interrupted = false;

// The steps have process groups of their own, so that nothing they started outlives a Ctrl-C or a step that hangs.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
  process.on(signal, () => {
    interrupted = true;
    for (const child of running) endGroup(child, signal);
    if (running.size === 0) process.exit(130);
  });

function endGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has ended already.
  }
}

/** A file for a tool's machine-readable report, which is not there yet. */
export function freshReport(name) {
  mkdirSync(reports, { recursive: true });
  const file = path.join(reports, `${name}.json`);
  rmSync(file, { force: true });
  return file;
}

export function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** Runs a command with its output passed on; resolves to its exit code (1 when ended by a signal or the time limit). */
export function runCommand(file, args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      cwd: root,
      detached: true,
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, ...PLAIN, NEXT_TELEMETRY_DISABLED: "1", CHECKPOINT_DISABLE: "1", npm_config_loglevel: "error", ...env },
    });
    running.add(child);
    const timer = setTimeout(() => {
      say(`${path.basename(file)} did not end in ${LIMIT_MS / 60_000} minutes`);
      endGroup(child, "SIGKILL");
    }, LIMIT_MS);
    child.on("error", (error) => say(String(error)));
    child.on("close", (code) => {
      clearTimeout(timer);
      running.delete(child);
      if (interrupted) process.exit(130);
      resolve(code ?? 1);
    });
  });
}

/**
 * What a step comes to: the counts of its report, if there is one. An exit code that the counts do not explain (a crash, an
 * error outside any test, no test found) is one more failure.
 */
export function judge(code, counts = { passed: 0, failed: 0, skipped: 0 }) {
  const unexplained = code !== 0 && counts.failed === 0 ? 1 : 0;
  const empty = code === 0 && counts.passed === 0 && counts.failed === 0 ? 1 : 0;
  return { ...counts, failed: counts.failed + unexplained + empty };
}

export const vitestCounts = (report) =>
  report && { passed: report.numPassedTests, failed: report.numFailedTests, skipped: report.numPendingTests + report.numTodoTests };

export const playwrightCounts = (report) =>
  report && { passed: report.stats.expected, failed: report.stats.unexpected + report.stats.flaky, skipped: report.stats.skipped };
