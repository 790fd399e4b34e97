import { SallyportError } from "@/lib/base/errors";
import { ensurePrismaClient } from "./prisma-client";
import { ensureWebBuild } from "./web-build";

/** `npm run build`: what `npm start` would do when it is needed, with the output shown. */
async function main(): Promise<void> {
  await ensurePrismaClient();
  const built = await ensureWebBuild({ onLine: (line, stream) => void process[stream].write(`${line}\n`) });
  process.stdout.write(built ? "Built.\n" : "The build is up to date.\n");
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof SallyportError ? error.message.split("\n")[0] : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
