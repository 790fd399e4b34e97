import type { Agent, AgentLog } from "./agent";
import type { NetworkCounters } from "./host/network-counters";
import { networkDelta } from "./host/network-counters";
import { postureReport } from "./host/posture";
import type { HostReader } from "./host/read-host";

export interface HostReportingOptions {
  reader: HostReader;
  intervalMs: number;
  /** AWS's rule: not more often than every 300 s (wire-formats W4). */
  postureIntervalMs: number;
  log: AgentLog;
  now?: () => number;
}

export interface HostReporting {
  /** Values and posture at once; throws when the values cannot be kept. */
  reportNow(): Promise<void>;
  /** From now on at this interval; the next report is one interval away. */
  every(milliseconds: number): void;
  stop(): void;
}

/**
 * Reports this host through the agent: values at every interval, the posture at each new connection that is due one and every
 * few minutes. Network counters in the posture are what was counted since the last report that arrived.
 */
export function startHostReporting(agent: Agent, { reader, intervalMs, postureIntervalMs, log, now = Date.now }: HostReportingOptions): HostReporting {
  let baseline: NetworkCounters | undefined;
  let reportId = 0;
  let isDue = true;
  let isBusy = false;
  let isStopped = false;

  const reportValues = async () => {
    const values = await reader.values();
    const { waiting, dropped } = agent.status();
    values.set("buffer_waiting", { value: waiting });
    if (dropped > 0) values.set("buffer_dropped", { value: dropped });
    if (!isStopped) await agent.report(Object.fromEntries(values), now());
  };

  const reportPosture = async () => {
    isDue = true;
    const facts = await reader.sockets();
    if (!facts) {
      isDue = false;
      log.warn({ platform: process.platform }, "this system has no /proc/net: no posture report, and no network figures");
      return;
    }
    reportId = Math.max(reportId + 1, Math.floor(now() / 1000));
    const network = baseline && networkDelta(baseline, facts.counters);
    const report = postureReport({ tcp: facts.tcp, udp: facts.udp, network, interfaces: reader.interfaces() }, reportId);
    if (!(await agent.sendPosture(report))) return;
    baseline = facts.counters;
    isDue = false;
    log.info({ listeningTcp: report.metrics.listening_tcp_ports?.total, listeningUdp: report.metrics.listening_udp_ports?.total }, "posture reported");
  };

  /** One at a time: a slow disk must not pile readings up. */
  const run = async (work: () => Promise<void>) => {
    if (isBusy || isStopped) return;
    isBusy = true;
    try {
      await work();
    } catch (error) {
      log.error({ error: error instanceof Error ? error.message : String(error) }, "cannot report this host");
    } finally {
      isBusy = false;
    }
  };

  const whenConnected = () => {
    if (isDue) void reportPosture().catch(() => {});
  };
  const whenAsked = () => void run(reportValues);
  agent.on("connected", whenConnected);
  agent.on("asked", whenAsked);
  void run(reportValues);
  const repeat = (ms: number) => setInterval(() => void run(reportValues), ms);
  let values = repeat(intervalMs);
  const postures = setInterval(() => void reportPosture().catch(() => {}), postureIntervalMs);
  return {
    every(milliseconds) {
      clearInterval(values);
      if (!isStopped) values = repeat(milliseconds);
    },
    async reportNow() {
      await reportValues();
      await reportPosture();
    },
    stop() {
      isStopped = true;
      agent.off("connected", whenConnected);
      agent.off("asked", whenAsked);
      clearInterval(values);
      clearInterval(postures);
    },
  };
}
