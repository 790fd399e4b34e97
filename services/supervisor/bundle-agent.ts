import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { build, stop } from "esbuild";
import { ROOT } from "./root";

const BANNER = `#!/usr/bin/env node
import { createRequire as createRequireOfBundle } from "node:module";
const require = createRequireOfBundle(import.meta.url);`;

/** The agent with everything it needs as one file for Node 20.19 or newer. Replaced as a whole. */
export async function bundleAgent(file: string): Promise<void> {
  const { version } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as { version: string };
  mkdirSync(path.dirname(file), { recursive: true });
  await build({
    absWorkingDir: ROOT,
    entryPoints: ["device/agent/main.ts"],
    outfile: file,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    // Packages that are written for `require`, inside of a module.
    banner: { js: BANNER },
    define: { "process.env.SALLYPORT_AGENT_BUNDLE_VERSION": JSON.stringify(version) },
    // A native part that only makes CBOR faster; the agent writes JSON.
    external: ["cbor-extract"],
    legalComments: "inline",
    logLevel: "silent",
  });
  // Its helper process stays for the next build, which does not come.
  await stop();
}
