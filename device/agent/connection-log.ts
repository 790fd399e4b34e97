import { ANNOUNCEMENT_REFUSALS, type AnnouncementRefusal } from "@/lib/protocol/sealed/announcement";
import type { AgentLog, AgentOptions } from "./agent";
import type { ConnectionFailure } from "./connection/failure";

export const silent: AgentLog = { info() {}, warn() {}, error() {} };

/** What an agent says about its connection, in sentences. Trouble that needs a person is an error, with what to do. */
export function connectionLog({ host, port, device, log = silent }: Pick<AgentOptions, "host" | "port" | "device" | "log">) {
  const broker = `${host}:${port}`;
  return {
    connected: (waiting: number) =>
      log.info({ broker, device, waiting }, waiting > 0 ? `connected to ${broker}, sending ${waiting} kept messages` : `connected to ${broker}`),
    disconnected: (waiting: number) => log.warn({ broker, waiting }, `lost the connection to ${broker}; messages are kept on disk`),
    failed(failure: ConnectionFailure, retryMs: number) {
      const text = `no connection to ${broker}: ${failure.reason}; next attempt in ${(retryMs / 1000).toFixed(1)} s`;
      if (failure.hint) log.error({ broker, device, kind: failure.kind, hint: failure.hint }, `${text}. ${failure.hint}`);
      else log.warn({ broker, kind: failure.kind }, text);
    },
    sealing: (version: number) => log.info({ device, version }, `payloads are encrypted with key v${version}`),
    sealedFleet: (fingerprint: string) =>
      log.info({ device, fingerprint }, `the fleet is sealed; whoever signs this device's key compares its fingerprint: ${fingerprint}`),
    keyRefused: (reason: AnnouncementRefusal) => log.error({ device, reason }, `a content key was refused. ${ANNOUNCEMENT_REFUSALS[reason]}`),
    command: (name: string, id: string) => log.info({ device, id }, `command ${name}`),
    dropped: (count: number) => log.warn({ count }, `gave ${count} messages up unsent: the buffer is full or damaged`),
    diskError: (error: Error | undefined) =>
      error
        ? log.error({ error: error.message }, "cannot write the buffer; messages are kept in memory only")
        : log.info({}, "the buffer can be written again"),
  };
}
