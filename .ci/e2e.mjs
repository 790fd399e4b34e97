// `npm run e2e [-- playwright arguments]`: the browser journeys against a production build.
import { bin, freshReport, judge, playwrightCounts, readReport, runCommand, say } from "./step.mjs";
import { ensureTools } from "./tools.mjs";

/** Runs Playwright in the given Chromium; answers the counts. */
export async function runJourneys(chromium, args = []) {
  const report = freshReport("e2e");
  const code = await runCommand(bin("playwright"), ["test", "--project=journeys", ...args], { CHROMIUM_PATH: chromium, PLAYWRIGHT_JSON_OUTPUT_FILE: report });
  return judge(code, playwrightCounts(readReport(report)));
}

if (process.argv[1] === import.meta.filename) {
  const { chromium } = ensureTools(say);
  const { passed, failed, skipped } = await runJourneys(chromium, process.argv.slice(2));
  say(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`);
  process.exitCode = failed === 0 ? 0 : 1;
}
