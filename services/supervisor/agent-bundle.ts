import path from "node:path";
import { bundleAgent } from "./bundle-agent";
import { ROOT } from "./root";

/** `npm run agent:bundle`: the one file to copy to a device. */
const file = path.join(ROOT, "dist/sallyport-agent.mjs");
await bundleAgent(file);
process.stdout.write(`${path.relative(process.cwd(), file)}\n`);
