import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

/** What goes into the built console. A file that is not there counts as empty. */
const SOURCES = [
  "app",
  "components",
  "lib",
  "public",
  "services/web",
  "next.config.js",
  "proxy.ts",
  "instrumentation.ts",
  "instrumentation-client.ts",
  "tsconfig.json",
  "package-lock.json",
  "prisma/schema.prisma",
];
const LEFT_OUT = /\.(test|md)\.?[a-z]*$|^lib\/testing\//;

/** A hash over names and contents of everything that the build reads: equal means that a build would change nothing. */
export function sourceHash(root: string): string {
  const hash = createHash("sha256").update(`${process.version} ${process.platform} ${process.arch}`);
  for (const file of SOURCES.flatMap((name) => filesUnder(root, name))) hash.update(`\0${file}\0`).update(readFileSync(path.join(root, file)));
  return hash.digest("hex");
}

function filesUnder(root: string, name: string): string[] {
  const found = statSync(path.join(root, name), { throwIfNoEntry: false });
  if (!found) return [];
  if (found.isFile()) return LEFT_OUT.test(name) ? [] : [name];
  return readdirSync(path.join(root, name))
    .sort()
    .flatMap((entry) => filesUnder(root, `${name}/${entry}`));
}
