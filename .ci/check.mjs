// `npm run check`: format, lint, types, import rules, dead code, dead document links, habits. Seconds, no database, no browser.
import { spawn } from "node:child_process";
import path from "node:path";
import { register } from "tsx/esm/api";
import { importViolations } from "./depcruise.mjs";
import { checkDocLinks } from "./doc-links.mjs";
import { root } from "./files.mjs";
import { checkHabits } from "./habits.mjs";

const bin = (name) => path.join(root, "node_modules/.bin", name);

/** Resolves to nothing when the command succeeds, to its output when it fails. */
function command(name, ...args) {
  return new Promise((resolve) => {
    let output = "";
    const child = spawn(bin(name), args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, npm_config_loglevel: "silent" } });
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    child.on("error", (error) => resolve(String(error)));
    child.on("close", (code) => resolve(code === 0 ? "" : output.trim() || `${name} ended with ${code}`));
  });
}

const list = (problems) => problems.join("\n");
export const PARTS = [
  ["format and lint", () => command("biome", "check", "--error-on-warnings", "--colors=off", ".")],
  ["types", () => command("tsc", "--noEmit", "--pretty", "false")],
  ["import rules", async () => list((await importViolations()).map(({ rule, from, to }) => `${rule}: ${from} -> ${to}`))],
  ["dead code", () => command("knip", "--no-progress")],
  ["document links", async () => list(checkDocLinks())],
  ["habits", async () => list(checkHabits())],
];

async function run([name, part]) {
  const started = performance.now();
  const problem = await part().catch((error) => String(error.stack ?? error));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${problem ? "FAIL" : "ok  "} ${name} (${seconds} s)\n${problem ? `${problem.replace(/^/gm, "     ")}\n` : ""}`);
  return !problem;
}

/** Runs all parts side by side; answers how many failed. */
export async function runChecks() {
  register();
  // What is generated and not in git, hence missing after a fresh clone.
  const { ensurePrismaClient } = await import("../services/supervisor/prisma-client.ts");
  await ensurePrismaClient();
  const results = await Promise.all(PARTS.map(run));
  return results.filter((ok) => !ok).length;
}

if (process.argv[1] === import.meta.filename) {
  const failed = await runChecks();
  process.stdout.write(`check: ${PARTS.length - failed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}
