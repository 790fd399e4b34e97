import { execFile } from "node:child_process";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const args = [
  "--import",
  path.join(root, ".ci/typescript/register.mjs"),
  path.join(root, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs"),
  "--config",
  path.join(root, ".dependency-cruiser.cjs"),
];

/**
 * Checks the imports of the tree in `folder` (default: this project) against the import rules.
 * Resolves to the violations as `{ rule, from, to }`, paths relative to the folder.
 */
export function importViolations(folder = root) {
  const names = ["app", "bench", "components", "device", "e2e", "lib", "services"];
  return new Promise((resolve, reject) => {
    const options = { cwd: folder, maxBuffer: 256 * 1024 * 1024 };
    execFile(process.execPath, [...args, "--output-type", "json", ...names], options, (error, stdout, stderr) => {
      try {
        const { summary } = JSON.parse(stdout);
        resolve(summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to })));
      } catch {
        reject(error ?? new Error(`dependency-cruiser said: ${stderr || stdout.slice(0, 500)}`));
      }
    });
  });
}
