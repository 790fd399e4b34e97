import { existsSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { ReplayedDevice, SimulatorConfig } from "@/device/simulator";
import { type Clock, systemClock } from "@/lib/base/clock";
import type { Env } from "@/lib/base/env";
import { SallyportError } from "@/lib/base/errors";
import { newId } from "@/lib/base/ids";
import { addAlertRule } from "@/lib/server/alerts";
import type { Context } from "@/lib/server/context";
import type { Database } from "@/lib/server/database/client";
import { ensureDemoFleet } from "@/lib/server/demo/ensure-demo-fleet";
import { type DemoDevice, listDemoDevices } from "@/lib/server/demo/list-demo-devices";
import { placeDemoDevices } from "@/lib/server/demo/place-demo-devices";
import { writeHistory } from "@/lib/server/demo/write-history";
import { addManyDevices } from "@/lib/server/devices/add-many";
import type { Secrets } from "@/lib/server/secrets";
import { grantManyDeviceTokens } from "@/lib/server/tokens";
import { demoFiles, readKeptTokens, writeDemoFile } from "./demo-files";
import { DEMO_FAILURES, DEMO_FLEET, demoDevice, demoListens, demoProfiles, demoSites } from "./demo-fleet";
import { demoHistory, warmLimit } from "./demo-history";

export interface PrepareDemoOptions {
  env: Env;
  database: Database;
  secrets: Secrets;
  /** The installation's first fleet (`bootstrap` answers it). */
  fleetId: string;
  /** How many simulated devices. */
  devices: number;
  onProgress?: (progress: { step: string; done: number; total: number }) => void;
  clock?: Clock;
}

export interface PreparedDemo {
  fleetId: string;
  /** Arguments of device/simulator/main.ts and device/agent/main.ts. */
  simulatorArgs: string[];
  agentArgs: string[];
}

const SEED = 1;
const SPEED = 24;
const AT_ONCE = 1_000;
const TOKEN_DAYS = 365;
const RENEW_BEFORE_MS = 30 * 24 * 3_600_000;
const HOST_DEVICE = "this-machine";
const HOST_INTERVAL_SECONDS = 2;
/** Together with its older half, hours of a fleet of the usual size. */
const LEDGER_MAX_BYTES = 64 * 1024 * 1024;

/**
 * Makes the demo fleet as far as it is not there yet, gives each device a token that lasts, fills in the last 24 hours for
 * devices without a past, and writes what simulator and agent are started with. Safe to repeat at every start.
 */
export async function prepareDemo(options: PrepareDemoOptions): Promise<PreparedDemo> {
  const { env, devices: count } = options;
  const clock = options.clock ?? systemClock;
  const now = clock.now().getTime();
  const files = demoFiles(env.DATA_DIR);
  const system = { kind: "system", id: "demo", name: "Demo" } as const;
  const base: Context = { ...options, clock, actor: system, via: "setup", requestId: newId("request") };
  const ctx = { ...base, fleetId: await ensureDemoFleet(base, { name: DEMO_FLEET }) };
  const report = (step: string, done: number, total: number) => options.onProgress?.({ step, done, total });

  const sites = demoSites(count);
  const profiles = [...demoProfiles(count), { name: "host", reportingIntervalSeconds: HOST_INTERVAL_SECONDS }];
  await placeDemoDevices(ctx, { sites: [...sites], profiles });
  const plans = [...Array.from({ length: count }, (_, index) => demoDevice(index, sites)), hostDevice()];
  for (let start = 0; start < plans.length; start += AT_ONCE) {
    await addManyDevices(ctx, { devices: plans.slice(start, start + AT_ONCE) });
    report("devices", Math.min(start + AT_ONCE, plans.length), plans.length);
  }

  const listed = await listDemoDevices(ctx, { names: plans.map(({ name }) => name), tokensUntil: new Date(now + RENEW_BEFORE_MS) });
  const tokens = await tokensOf(ctx, listed, readKeptTokens(files), (done) => report("tokens", done, listed.length));
  const simulated = listed.filter(({ name }) => name !== HOST_DEVICE);
  const replayed = simulated.map(replayedDevice);
  const history = { now, seed: SEED, speed: SPEED };
  const withoutPast = replayed.filter((_, index) => !simulated[index]?.hasHistory);
  report("history", 0, withoutPast.length);
  if (withoutPast.length > 0) await writeHistory(ctx, demoHistory(withoutPast, history));
  report("history", withoutPast.length, withoutPast.length);
  const cold = simulated.find(({ profile }) => profile === "chill");
  if (cold) await ensureRule(ctx, { profileId: cold.profileId, threshold: warmLimit(replayed.slice(0, 200), history) });

  const broker = { host: reachable(env.MQTT_HOST), port: env.MQTT_PORT };
  const intervals = new Map<string, number>(profiles.map(({ name, reportingIntervalSeconds }) => [name, reportingIntervalSeconds]));
  const simulatorConfig: SimulatorConfig = {
    ...broker,
    fleet: ctx.fleetId,
    seed: SEED,
    speed: SPEED,
    keyFolder: files.keys,
    ledger: { file: files.ledger, maxBytes: LEDGER_MAX_BYTES },
    devices: replayed.map((device, index) => ({
      ...device,
      intervalSeconds: intervals.get(device.instrument) ?? 10,
      token: tokens.get(device.id) ?? null,
      listens: demoListens(index),
      // Where nothing in the open is taken, nothing is sent in the open. The others wait for somebody to turn it on.
      encryption: simulated[index]?.encryption === "required" ? ("required" as const) : ("offered" as const),
    })),
    failures: [...DEMO_FAILURES],
  };
  writeDemoFile(files.simulator, simulatorConfig);
  const host = listed.find(({ name }) => name === HOST_DEVICE);
  if (host)
    writeDemoFile(files.agent, {
      ...(secureAddress(env) ?? broker),
      username: host.id,
      token: tokens.get(host.id),
      fleet: ctx.fleetId,
      buffer: path.join(files.folder, "agent-buffer"),
      interval: HOST_INTERVAL_SECONDS,
    });
  return { fleetId: ctx.fleetId, simulatorArgs: ["--config", files.simulator], agentArgs: ["--config", files.agent] };
}

const hostDevice = () => ({
  name: HOST_DEVICE,
  profile: "host",
  note: `The machine that runs this demo (${os.hostname().slice(0, 64)}). A real agent reports it.`,
  tags: { kind: "host" },
});

/** Kept ones that still hold; new ones for all others. */
async function tokensOf(ctx: Context, devices: readonly DemoDevice[], kept: ReadonlyMap<string, string>, onProgress: (done: number) => void) {
  const tokens = new Map<string, string>();
  for (const { id, tokenIds } of devices) {
    const token = tokenIds.map((tokenId) => kept.get(tokenId)).find((one) => one !== undefined);
    if (token !== undefined) tokens.set(id, token);
  }
  const missing = devices.filter(({ id }) => !tokens.has(id)).map(({ id }) => id);
  for (let start = 0; start < missing.length; start += AT_ONCE) {
    const granted = await grantManyDeviceTokens(ctx, { deviceIds: missing.slice(start, start + AT_ONCE), ttlDays: TOKEN_DAYS, label: "demo" });
    for (const [id, { token }] of granted) tokens.set(id, token);
    onProgress(tokens.size);
  }
  return tokens;
}

/** A device's instrument is what its name says; its profile may have been changed by hand. */
function replayedDevice({ id, name, site }: DemoDevice): ReplayedDevice {
  const word = name.split("-")[0];
  const instrument = demoProfiles(1).find((profile) => profile.name === word)?.name ?? "meter";
  return { id, name, site: site ?? "nowhere", instrument };
}

async function ensureRule(ctx: Context, rule: { profileId: string; threshold: number }): Promise<void> {
  try {
    await addAlertRule(ctx, { kind: "threshold", name: "Cold store too warm", metric: "temperature", comparison: "above", holdSeconds: 60, ...rule });
  } catch (error) {
    if (!(error instanceof SallyportError && error.code === "conflict")) throw error;
  }
}

/** TLS with the installation's own authority; undefined when a certificate of somebody else's is set. */
function secureAddress(env: Env): { host: string; port: number; ca: string } | undefined {
  const ca = path.join(env.DATA_DIR, "tls/ca.crt");
  return env.TLS_CERT || !existsSync(ca) ? undefined : { host: reachable(env.MQTTS_HOST), port: env.MQTTS_PORT, ca };
}

/** An address to listen on is not always one to dial. */
function reachable(host: string): string {
  return host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
}
