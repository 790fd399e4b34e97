import { readEnv } from "@/lib/base/env";
import { loadEnvFile } from "@/lib/base/env-file";
import { SallyportError } from "@/lib/base/errors";
import { readOptions } from "./options";
import { ensurePrismaClient } from "./prisma-client";

/** `npm start`, `npm run dev`, `npm run demo`. What imports Prisma's client is loaded only once that is generated. */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  loadEnvFile();
  const env = readEnv();
  if (await ensurePrismaClient()) process.stdout.write("Database client generated\n");
  const { supervise } = await import("./supervise");
  await supervise(options, env);
}

// A reader that went away (`npm start | head`) is no reason to stop.
process.stdout.on("error", () => {});

main().then(
  () => process.exit(0),
  (error: unknown) => {
    const known = error instanceof SallyportError;
    process.stderr.write(known ? `\n${error.message}\n${error.hint ? `${error.hint}\n` : ""}` : `\n${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  },
);
