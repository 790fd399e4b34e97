import { pino } from "pino";
import pretty from "pino-pretty";
import { SallyportError } from "@/lib/base/errors";
import { createLog } from "@/lib/base/log";
import { runClaim } from "./claim/run-claim";
import { hostCommands } from "./commands/host-commands";
import { createHostReader } from "./host/read-host";
import { type HostReporting, startHostReporting } from "./host-reporting";
import { createAgent } from "./index";
import { runPlaceCommand } from "./install/commands";
import { type AgentSettings, readAgentSettings, readClaimSettings, readConfiguredClaim, readTokenFile, USAGE } from "./options";
import { runUntilStopped } from "./run-until-stopped";
import { hostSettings, logLevelOf } from "./state/host-settings";

// `ps` would show the token of the command line.
process.title = "sallyport-agent";
// A person in front of it reads sentences, everything else gets one JSON object a line.
const log = process.stdout.isTTY
  ? pino({ level: process.env.LOG_LEVEL ?? "info", base: undefined }, pretty({ sync: true, hideObject: true, translateTime: "SYS:HH:MM:ss" }))
  : createLog("agent");

await runUntilStopped(log, async () => {
  const argv = process.argv.slice(2);
  const told = runPlaceCommand(argv);
  if (told !== undefined) {
    process.stdout.write(`${told.join("\n")}\n`);
    return undefined;
  }
  const settings = argv[0] === "claim" ? await claim(readClaimSettings(argv.slice(1), process.env)) : await start(argv);
  if (!settings) {
    process.stdout.write(USAGE);
    return undefined;
  }
  if (settings.isTokenOnCommandLine) log.warn("the token stands on the command line, where other users of this machine may read it; prefer --token-file");
  const { token } = settings;
  let reporting: HostReporting | undefined;
  let { intervalMs } = settings;
  const onDesired = hostSettings({
    defaults: { reportEverySeconds: Math.max(1, Math.round(intervalMs / 1_000)), logLevel: logLevelOf(log.level) },
    reportEvery(ms) {
      intervalMs = ms;
      reporting?.every(ms);
    },
    setLogLevel(level) {
      log.level = level;
    },
  });
  const agent = createAgent({
    ...settings,
    onDesired,
    log,
    commands: hostCommands({
      device: settings.device,
      log,
      reportNow: async () => reporting?.reportNow(),
      restart: () => process.kill(process.pid, "SIGTERM"),
    }),
    token: typeof token === "string" ? token : () => rereadToken(token.file),
  });
  const { waiting, lastSeq } = agent.status();
  log.info({ device: settings.device, fleet: settings.fleet, bufferDir: settings.bufferDir, waiting, lastSeq }, `reporting this machine as ${settings.device}`);
  reporting = startHostReporting(agent, { ...settings, intervalMs, reader: createHostReader(), log });
  return {
    async stop() {
      reporting?.stop();
      await agent.stop();
    },
  };
});

function start(argv: readonly string[]): Promise<AgentSettings | undefined> | AgentSettings | undefined {
  const configured = readConfiguredClaim(argv, process.env);
  return configured ? claim(configured) : readAgentSettings(argv, process.env);
}

/** Gets this machine its identity, token and key, or goes on with it; then it reports as ever. */
async function claim(given: ReturnType<typeof readClaimSettings>): Promise<AgentSettings | undefined> {
  if (!given) return undefined;
  const claimed = await runClaim({ ...given.claim, log });
  log.info({ device: claimed.given.device, fleet: claimed.given.fleet }, `claimed: this machine is ${claimed.given.name}`);
  return given.settingsOf(claimed);
}

/** A token file that is being replaced may be away for a moment: the next attempt reads it again. */
function rereadToken(file: string): string | undefined {
  try {
    return readTokenFile(file);
  } catch (error) {
    log.error(error instanceof SallyportError ? error.message : "cannot read the token file");
    return undefined;
  }
}
