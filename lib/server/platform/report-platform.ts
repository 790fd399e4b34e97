import { hostname } from "node:os";
import type { Env } from "@/lib/base/env";
import { type ExpectedListener, judgeListeners, processName } from "@/lib/domain/platform/listeners";
import { type PlatformReport, platformReportSchema } from "@/lib/domain/platform/platform-view";
import type { StepContext } from "../step";
import { readFamily } from "./process-family";

/** A machine that was not told of for so long is no part of the installation any more. */
const FORGOTTEN_MS = 86_400_000;

interface Reporting extends Pick<StepContext, "database" | "clock" | "log"> {
  env: Env;
  databaseUrl: string;
  /** The process that started all others of this machine. */
  root: number;
  /** What to call the place that is reported; this machine. */
  node?: string;
}

/** Writes what the processes of this installation on this machine hold open now, and what of it the configuration does not say. */
export async function reportPlatform({ database, clock, log, env, databaseUrl, root, node = hostname() }: Reporting): Promise<void> {
  const family = await readFamily(root);
  const now = clock.now();
  const { platformReport } = database.prisma;
  const before = platformReportSchema.safeParse((await platformReport.findUnique({ where: { node } }))?.report).data;
  const names = new Set(family?.processes.map(({ command }) => processName(command)));
  const { listeners, closed } = judgeListeners(family?.sockets ?? [], expectedListeners(env, databaseUrl), names);
  const known = new Map(before?.listeners.map((one) => [keyOf(one), one]));
  const report: PlatformReport = {
    known: family !== undefined,
    processes: family?.processes.length ?? 0,
    hidden: family?.hidden ?? 0,
    listeners: listeners.map((one) => ({ ...one, since: known.get(keyOf(one))?.since ?? now.toISOString() })),
    closed,
  };
  await platformReport.upsert({ where: { node }, create: { node, at: now, report }, update: { at: now, report } });
  await platformReport.deleteMany({ where: { at: { lt: new Date(now.getTime() - FORGOTTEN_MS) } } });
  for (const one of report.listeners)
    if (one.verdict !== "expected" && known.get(keyOf(one))?.verdict !== one.verdict)
      log.warn(
        { process: one.process, pid: one.pid, address: one.address, port: one.port },
        `a socket of ours listens ${one.verdict === "wider" ? "on more addresses than configured" : "that the configuration does not say"}`,
      );
}

const keyOf = ({ process, pid, protocol, address, port }: PlatformReport["listeners"][number] | Omit<PlatformReport["listeners"][number], "since">) =>
  [process, pid, protocol, address, port].join(" ");

function expectedListeners(env: Env, databaseUrl: string): ExpectedListener[] {
  const postgres = new URL(databaseUrl);
  return [
    { purpose: "console", process: "web", host: env.HOST, port: env.PORT },
    { purpose: "mqtt", process: "broker", host: env.MQTT_HOST, port: env.MQTT_PORT },
    { purpose: "mqtts", process: "broker", host: env.MQTTS_HOST, port: env.MQTTS_PORT },
    { purpose: "mqtt_ws", process: "broker", host: env.MQTT_WS_HOST, port: env.MQTT_WS_PORT },
    // Ours listens on loopback. One that runs elsewhere is no process of ours.
    { purpose: "postgres", process: "postgres", host: "127.0.0.1", port: Number(postgres.port || 5432) },
  ];
}
