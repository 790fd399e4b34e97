import { Command, CommanderError } from "commander";
import { SallyportError } from "@/lib/base/errors";
import type { Io } from "./leaf";
import { apiKeyCommands, memberCommands, tokenCommands } from "./nouns/access";
import { claimCommands } from "./nouns/claims";
import { commandCommands } from "./nouns/commands";
import { complianceCommands } from "./nouns/compliance";
import { deviceCommands, siteCommands } from "./nouns/devices";
import { investigationCommands } from "./nouns/investigations";
import { jobCommands } from "./nouns/jobs";
import { kekCommands } from "./nouns/kek";
import { keyCommands } from "./nouns/keys";
import { postureCommands } from "./nouns/posture";
import { refusalCommands, simulateCommand } from "./nouns/refusals";
import { revocationCommands } from "./nouns/revocations";
import { signingKeyCommands } from "./nouns/signing-keys";
import { stateCommands } from "./nouns/state";
import { alertCommands, channelCommands, houseCommands, ruleCommands } from "./nouns/watch";
import { printError } from "./output";

/** Runs one command line. Answers the exit code: 0 done, 1 it went wrong, 2 it was asked wrongly. */
export async function runCli(argv: readonly string[], io: Io): Promise<number> {
  const json = argv.includes("--json");
  const output = io.output(json);
  const program = new Command("sallyport")
    .description("Sallyport on the command line: the same verbs as the console, on the installation that runs on DATA_DIR (or DATABASE_URL).")
    .showHelpAfterError("(--help tells more)")
    .configureOutput({ writeOut: output.write, writeErr: json ? () => {} : output.writeError })
    .exitOverride();
  for (const add of [
    deviceCommands,
    stateCommands,
    claimCommands,
    commandCommands,
    postureCommands,
    complianceCommands,
    tokenCommands,
    simulateCommand,
    refusalCommands,
    revocationCommands,
    investigationCommands,
    jobCommands,
    signingKeyCommands,
    keyCommands,
    kekCommands,
    memberCommands,
    apiKeyCommands,
    siteCommands,
    alertCommands,
    ruleCommands,
    channelCommands,
    houseCommands,
  ])
    add(program, io);
  inherit(program);
  try {
    await program.parseAsync([...argv], { from: "user" });
    return io.exitCode ?? 0;
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      printError(output, error);
      return error instanceof SallyportError && error.code === "invalid_input" ? 2 : 1;
    }
    if (error.exitCode === 0) return 0;
    // Without a verb commander shows the help, and says so in this way.
    if (json) printError(output, new SallyportError("invalid_input", error.message.replace(/^error: /, "")));
    return 2;
  }
}

/** Commander keeps these per command; each one behaves like the program. */
function inherit(command: Command): void {
  for (const child of command.commands) {
    child.copyInheritedSettings(command);
    inherit(child);
  }
}
