import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

export const root = path.resolve(import.meta.dirname, "..");

/** Files of the project as git sees them, new ones included, ignored ones not. Paths relative to the root. */
export function projectFiles() {
  const listed = execFileSync("git", ["-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
    cwd: root,
    encoding: "utf8",
  });
  return listed.split("\0").filter((file) => file !== "" && existsSync(path.join(root, file)));
}

export const readText = (file) => readFileSync(path.join(root, file), "utf8");
