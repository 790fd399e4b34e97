import { loadEnvFile } from "@/lib/base/env-file";
import type { Io } from "./leaf";

/** `npm run sallyport -- <noun> <verb>`. A reader that goes away (`| head`) ends it quietly. */
process.stdout.on("error", () => process.exit(0));
loadEnvFile();
// Prisma's adapter makes pg warn of its own habits; that is no news for who types a command.
process.noDeprecation = true;

const io: Io = {
  env: process.env,
  output: (json) => ({
    json,
    terminal: process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb",
    write: (text) => void process.stdout.write(text),
    writeError: (text) => void process.stderr.write(text),
  }),
};

// What imports Prisma's client comes after the environment is known to be there.
const { runCli } = await import("./run");
process.exitCode = await runCli(process.argv.slice(2), io);
