import { projectFiles, readText } from "./files.mjs";

const TEST_FILE = /(\.test\.(tsx?|mjs)|\.spec\.ts)$|^e2e\//;
const TEXT_FILE = /\.(tsx?|mjs|cjs|json|md|ya?ml|prisma|sql|css|toml)$|^\.(npmrc|env\.example)$|^\.ci\/run$/;

/** Each: what it is, the files it is about, and the pattern that may not occur there. */
const FORBIDDEN = [
  ["a sleep: wait for the condition instead", TEST_FILE, /\bwaitForTimeout\s*\(/],
  ["a sleep: wait for the condition instead", TEST_FILE, /["'](?:node:)?timers\/promises["']/],
  ["a sleep: wait for the condition instead", TEST_FILE, /setTimeout\(\s*(?:resolve|done|r|res|ok)\b/],
  ["a sleep: wait for the condition instead", TEST_FILE, /\b(?:sleep|delay)\s*\(\s*\d/],
  ["a focused test hides the others", TEST_FILE, /\b(?:test|it|describe|suite)(?:\.\w+)*\.only\b/],
  ["a skipped test is no test", TEST_FILE, /\b(?:test|it|describe|suite)(?:\.\w+)*\.(?:skip|todo|fixme)\s*\(\s*["'`]/],
  ["a retry hides a flaky test", TEST_FILE, /\bretries\s*:\s*[1-9]|\bretry\s*:\s*[1-9]/],
  ["an address of a package registry", TEXT_FILE, /https?:\/\/[^\s/"']*(?:registry|artifactory|nexus|npmjs|verdaccio|pypi|proxy\.golang)[^\s"']*/i],
  ["an address of a package registry", /^(package-lock\.json|\.npmrc)$/, /"resolved":\s*"http|^\s*(?:@[\w-]+:)?registry\s*=/m],
  ["an absolute path of one machine", TEXT_FILE, /(?:^|[\s"'`(=])\/(?:work|Users|root)\/[\w.-]+/m],
  ["a merge mark", TEXT_FILE, /^(?:<{7}|>{7}) /m],
];
/** Files whose business it is to name what is forbidden. */
const EXEMPT = new Set([".ci/habits.mjs", ".ci/habits.test.mjs"]);

/** What one file does that this project does not do: `file:line: what`. */
export function badHabits(file, text) {
  if (EXEMPT.has(file)) return [];
  return FORBIDDEN.flatMap(([what, files, pattern]) => {
    const found = files.test(file) ? pattern.exec(text) : null;
    return found ? [`${file}:${text.slice(0, found.index).split("\n").length}: ${what} (${found[0].trim().slice(0, 60)})`] : [];
  });
}

export function checkHabits() {
  const files = projectFiles().filter((file) => TEST_FILE.test(file) || TEXT_FILE.test(file));
  return files.flatMap((file) => badHabits(file, readText(file)));
}
