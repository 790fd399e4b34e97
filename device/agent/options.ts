import { readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { SallyportError } from "@/lib/base/errors";
import { serialSchema, thumbprintSchema } from "@/lib/protocol/claim";
import { readClaimLink } from "@/lib/protocol/claim-code";
import { segmentSchema } from "@/lib/protocol/segments";
import { type GivenClaim, readStoredClaim } from "./claim/claim-store";
import type { ClaimOptions } from "./claim/run-claim";
import { readOwnToken } from "./connection/own-token";

const flag = z.preprocess((value) => (value === "true" ? true : value === "false" ? false : value), z.boolean());

/** Settings of the agent. Each is an option (`--token-file`), a variable (`SALLYPORT_AGENT_TOKEN_FILE`) and a key of the config file (`tokenFile`). */
const settingsSchema = z.strictObject({
  host: z.string().min(1).max(255).optional(),
  port: z.coerce.number().int().min(1).max(65535).optional(),
  username: segmentSchema.optional(),
  token: z.string().min(1).optional(),
  tokenFile: z.string().min(1).optional(),
  fleet: segmentSchema.optional(),
  tls: flag.default(false),
  ca: z.string().min(1).optional(),
  serverName: z.string().min(1).optional(),
  buffer: z.string().min(1).optional(),
  bufferMb: z.coerce.number().min(1).max(100_000).default(64),
  interval: z.coerce.number().min(1).max(86_400).default(5),
  postureInterval: z.coerce.number().min(1).max(86_400).default(300),
  encryption: z.enum(["offered", "required"]).default("offered"),
  fleetRoot: thumbprintSchema.optional(),
  keepAlive: z.coerce.number().int().min(5).max(1_200).default(30),
  state: z.string().min(1).optional(),
  claim: z.string().min(1).optional(),
  serial: serialSchema.optional(),
  name: z.string().trim().min(1).max(60).optional(),
});
type Settings = z.output<typeof settingsSchema>;

export interface AgentSettings {
  host: string;
  port: number;
  tls: boolean | { ca?: Buffer; serverName?: string };
  fleet: string;
  device: string;
  token: string | { file: string };
  bufferDir: string;
  /** Where its identity key is, by which it renews its token; undefined: it has none. */
  identityDir?: string;
  maxBufferBytes: number;
  intervalMs: number;
  postureIntervalMs: number;
  keepAliveSeconds: number;
  encryption: "offered" | "required";
  fleetRoot: string | undefined;
  isTokenOnCommandLine: boolean;
}

const OPTION_NAMES = Object.keys(settingsSchema.shape);
const dashed = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const variable = (name: string) => `SALLYPORT_AGENT_${dashed(name).replaceAll("-", "_").toUpperCase()}`;

export const USAGE = `Usage: npm run agent -- claim CODE [options]        the first time; CODE from the console, a label or its QR code
       npm run agent [-- options]                   from then on
       npm run agent -- --host HOST --username DEVICE_ID --token-file FILE [options]

       node sallyport-agent.mjs ...                 the same, from the one file that npm run agent:bundle makes
       node sallyport-agent.mjs install [CODE] [options]   as a service of systemd, with these settings in /etc/sallyport/agent.json
       node sallyport-agent.mjs uninstall [--purge] | status | --version

Reports this machine to a Sallyport broker. It only dials out: no socket listens.

  --state DIR             of claim: folder for keys, token and unsent messages, default ~/.local/state/sallyport-agent/claimed
  --serial NUMBER         of claim: this machine's serial number, when the claim code asks for one
  --name NAME             of claim: what this machine would like to be called
  --host HOST             address of the broker
  --port PORT             default 1883, with TLS 8883
  --username DEVICE_ID    default: the device that the token names
  --token-file FILE       file with the token; read again at every connect
  --token TOKEN           the token itself (other users of this machine can see it in ps)
  --fleet FLEET_ID        default: the fleet that the token names
  --tls                   connect by TLS
  --ca FILE               certificate authority to trust (PEM); implies --tls
  --server-name NAME      name in the broker's certificate, when it is not HOST
  --encryption MODE       offered (default): as soon as the platform gives a key; required: nothing is sent before
  --fleet-root=PRINT      of a sealed fleet: its root key's thumbprint, from the console; no key is taken but what this one signed
  --buffer DIR            folder for unsent messages, default ~/.local/state/sallyport-agent/DEVICE_ID
  --buffer-mb N           room in it, default 64; when it is full, the oldest messages go, counted
  --interval SECONDS      between reports, default 5
  --posture-interval S    between posture reports, default 300
  --keep-alive SECONDS    default 30
  --config FILE           JSON with these settings (camelCase: tokenFile); "claim" is the code of claim CODE
  --root DIR              of install, uninstall and status: a folder that stands for the whole disk, as of an image

Every option is also read from SALLYPORT_AGENT_<NAME> (SALLYPORT_AGENT_TOKEN_FILE). An option goes before a variable, a
variable before the file.
`;

type Environment = Record<string, string | undefined>;

/** Throws `configuration` and names every setting that is wrong. Undefined: help was asked for. */
export function readAgentSettings(argv: readonly string[], environment: Environment): AgentSettings | undefined {
  const given = readSettings(argv, environment);
  if (!given) return undefined;
  const { settings, isTokenOnCommandLine } = given;
  const folder = stateFolder(settings);
  const token = settings.token ?? (settings.tokenFile === undefined ? undefined : { file: settings.tokenFile });
  const claim = token === undefined ? readStoredClaim(folder) : undefined;
  if (claim?.given) return { ...claimedSettings(settings, { ...claim, given: claim.given }), isTokenOnCommandLine };
  if (settings.host === undefined) throw wrong(["--host: the address of the broker is needed"]);
  if (token === undefined) throw wrong(["--token-file: a token is needed (or claim one: npm run agent -- claim CODE)"]);
  const own = readOwnToken(typeof token === "string" ? token : readTokenFile(token.file));
  const device = settings.username ?? own.device;
  const fleet = settings.fleet ?? own.fleet;
  if (!device) throw wrong(["--username: the token names no device"]);
  if (!fleet) throw wrong(["--fleet: the token names no fleet"]);
  return {
    ...commonSettings(settings),
    host: settings.host,
    port: settings.port ?? (isTls(settings) ? 8883 : 1883),
    fleet,
    device,
    token,
    bufferDir: path.resolve(settings.buffer ?? path.join(os.homedir(), ".local/state/sallyport-agent", device)),
    encryption: settings.encryption,
    fleetRoot: settings.fleetRoot,
    isTokenOnCommandLine,
  };
}

/** `claim CODE`: where the broker is stands in the code, or is named beside it. `settings` tells how to report once it is done. */
export function readClaimSettings(argv: readonly string[], environment: Environment) {
  const [code = "", ...rest] = argv;
  if (code === "--help") return undefined;
  const given = readSettings(rest, environment);
  if (!given) return undefined;
  return claimSettings(code, given.settings);
}

/** The config file names a claim code: goes on with it as `claim CODE` does. Undefined: it names none, or a token beside it. */
export function readConfiguredClaim(argv: readonly string[], environment: Environment) {
  const settings = readSettings(argv, environment)?.settings;
  const isClaim = settings?.claim !== undefined && settings.token === undefined && settings.tokenFile === undefined;
  return isClaim ? claimSettings(settings.claim ?? "", settings) : undefined;
}

/** `install [CODE]`: what goes into the config file, in its words. Undefined: help was asked for. */
export function readInstallSettings(argv: readonly string[]): { settings: Record<string, unknown>; root: string | undefined } | undefined {
  const code = argv[0]?.startsWith("--") ? undefined : argv[0];
  const { root, help, ...given } = parseCommandLine(code === undefined ? argv : argv.slice(1), { root: { type: "string" } });
  if (help) return undefined;
  if (code !== undefined && !readClaimLink(code)) throw wrong(["install CODE: a claim code has 16 characters, such as K7QM-2XD4-9RTV-0ZAB"]);
  const named = OPTION_NAMES.flatMap((name) => (given[dashed(name)] === undefined ? [] : [[name, given[dashed(name)]] as const]));
  const settings = { ...Object.fromEntries(named), ...(code !== undefined && { claim: code }) };
  parseSettings(settings);
  // The service may not read what only root may; the config file itself is handed to it.
  const { tokenFile, ...others } = settings as Record<string, unknown>;
  const token = typeof tokenFile === "string" ? { token: readTokenFile(tokenFile) } : {};
  return { settings: { ...others, ...token }, root: typeof root === "string" ? root : undefined };
}

/** `uninstall` and `status`. */
export function readPlaceOptions(argv: readonly string[]): { root: string | undefined; state: string | undefined; purge: boolean } {
  const { root, state, purge } = parseCommandLine(argv, { root: { type: "string" }, purge: { type: "boolean" } });
  return { root: typeof root === "string" ? root : undefined, state: typeof state === "string" ? state : undefined, purge: purge === true };
}

function claimSettings(code: string, settings: Settings) {
  const link = readClaimLink(code);
  if (!link) throw wrong(["claim CODE: a claim code has 16 characters, such as K7QM-2XD4-9RTV-0ZAB"]);
  const host = settings.host ?? link.host;
  if (host === undefined) throw wrong(["--host: the address of the broker is needed with a code that was typed"]);
  const port = settings.port ?? (isTls(settings) ? (link.tlsPort ?? 8883) : (link.port ?? 1883));
  const { serial, name, fleet } = settings;
  const fleetRoot = settings.fleetRoot ?? link.root;
  const claim: Omit<ClaimOptions, "log"> = { code: link.code, host, port, tls: tlsOf(settings), folder: stateFolder(settings), serial, name, fleet, fleetRoot };
  return { claim, settingsOf: (stored: GivenClaim): AgentSettings => ({ ...claimedSettings(settings, stored), isTokenOnCommandLine: false }) };
}

/** A device that was claimed has a content key: nothing of it ever leaves in the open. */
function claimedSettings(settings: Settings, { host, port, given, fleetRoot }: GivenClaim): Omit<AgentSettings, "isTokenOnCommandLine"> {
  const { fleet, device, token } = given;
  const address = { host: settings.host ?? host, port: settings.port ?? port };
  return {
    ...commonSettings(settings),
    ...address,
    fleet,
    device,
    token,
    bufferDir: stateFolder(settings),
    identityDir: stateFolder(settings),
    encryption: "required",
    fleetRoot: settings.fleetRoot ?? fleetRoot,
  };
}

const stateFolder = (settings: Settings) => path.resolve(settings.state ?? path.join(os.homedir(), ".local/state/sallyport-agent/claimed"));
const isTls = (settings: Settings) => settings.tls || settings.ca !== undefined;

function tlsOf({ ca, serverName, ...settings }: Settings): AgentSettings["tls"] {
  return isTls({ ca, ...settings }) && { ...(ca && { ca: readRequired(ca, "--ca") }), ...(serverName && { serverName }) };
}

function commonSettings(settings: Settings) {
  return {
    tls: tlsOf(settings),
    maxBufferBytes: settings.bufferMb * 1024 * 1024,
    intervalMs: settings.interval * 1000,
    postureIntervalMs: settings.postureInterval * 1000,
    keepAliveSeconds: settings.keepAlive,
  };
}

function readSettings(argv: readonly string[], environment: Environment): { settings: Settings; isTokenOnCommandLine: boolean } | undefined {
  const given = parseCommandLine(argv);
  if (given.help) return undefined;
  const configFile = typeof given.config === "string" ? given.config : environment.SALLYPORT_AGENT_CONFIG;
  const merged: Record<string, unknown> = configFile ? readConfig(configFile) : {};
  for (const name of OPTION_NAMES) {
    const value = given[dashed(name)] ?? (environment[variable(name)] || undefined);
    if (value !== undefined) merged[name] = value;
  }
  return { settings: parseSettings(merged), isTokenOnCommandLine: given.token !== undefined };
}

function parseSettings(settings: Record<string, unknown>): Settings {
  const parsed = settingsSchema.safeParse(settings);
  if (!parsed.success) throw wrong(parsed.error.issues.map((issue) => `--${dashed(issue.path.join("."))}: ${issue.message}`));
  return parsed.data;
}

/** Throws `configuration` when it cannot be read. */
export function readTokenFile(file: string): string {
  return readRequired(file, "--token-file").toString("utf8").trim();
}

type CommandLineOptions = Record<string, { type: "string" | "boolean" }>;

function parseCommandLine(argv: readonly string[], more: CommandLineOptions = {}): Record<string, string | boolean | undefined> {
  const options: CommandLineOptions = { help: { type: "boolean" }, config: { type: "string" }, ...more };
  for (const name of OPTION_NAMES) options[dashed(name)] = { type: name === "tls" ? "boolean" : "string" };
  try {
    return parseArgs({ args: [...argv], options, strict: true }).values as Record<string, string | boolean | undefined>;
  } catch (error) {
    throw wrong([error instanceof Error ? error.message : String(error)]);
  }
}

/** Throws `configuration` when it cannot be read. */
export function readConfig(file: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(readRequired(file, "--config").toString("utf8")));
  } catch (error) {
    if (error instanceof SallyportError) throw error;
    throw wrong([`--config: ${file} is not a JSON object`]);
  }
}

function readRequired(file: string, option: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    throw wrong([`${option}: cannot read ${file}`]);
  }
}

function wrong(problems: string[]): SallyportError {
  return new SallyportError("configuration", `Wrong settings of the agent:\n  ${problems.join("\n  ")}`, { hint: "npm run agent -- --help lists them all." });
}
