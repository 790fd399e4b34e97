// `npm test`: everything, browser tests included, on a bare machine. Ends with one line: N passed, N failed.
import { PARTS, runChecks } from "./check.mjs";
import { runJourneys } from "./e2e.mjs";
import { bin, freshReport, judge, readReport, runCommand, say, vitestCounts } from "./step.mjs";
import { ensureTools } from "./tools.mjs";

async function vitest(project) {
  const report = freshReport(project);
  const args = ["run", "--project", project, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  return judge(await runCommand(bin("vitest"), args), vitestCounts(readReport(report)));
}

let built = false;
async function build() {
  const code = await runCommand("npm", ["run", "--silent", "build"]);
  built = code === 0;
  return judge(code, { passed: built ? 1 : 0, failed: 0, skipped: 0 });
}

async function journeys() {
  if (!built) say("the browser tests need the build");
  return built ? runJourneys(chromium) : judge(1);
}

async function check() {
  const failed = await runChecks();
  return { passed: PARTS.length - failed, failed, skipped: 0 };
}

const STEPS = [
  ["check", check],
  ["unit tests", () => vitest("unit")],
  ["integration tests", () => vitest("integration")],
  ["build", build],
  ["browser tests", journeys],
];

let chromium = "";
const total = { passed: 0, failed: 0, skipped: 0 };
const started = performance.now();
const lines = [];
try {
  chromium = ensureTools(say).chromium;
  for (const [index, [name, step]] of STEPS.entries()) {
    say(`\n[${index + 1}/${STEPS.length}] ${name}`);
    const begun = performance.now();
    const counts = await step();
    for (const key of Object.keys(total)) total[key] += counts[key];
    lines.push(`${name}: ${counts.passed} passed, ${counts.failed} failed (${Math.round((performance.now() - begun) / 1000)} s)`);
  }
} catch (error) {
  say(error.message);
  total.failed += 1;
}
say(`\n${lines.join("\n")}`);
say(`all: ${Math.round((performance.now() - started) / 1000)} s\n`);
say(`${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped` : ""}`);
process.exitCode = total.failed === 0 ? 0 : 1;
