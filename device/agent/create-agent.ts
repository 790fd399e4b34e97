import { EventEmitter } from "node:events";
import path from "node:path";
import { SallyportError } from "@/lib/base/errors";
import { fingerprintOf } from "@/lib/protocol/claim";
import { LIMITS } from "@/lib/protocol/limits";
import type { PostureReport } from "@/lib/protocol/posture";
import { thumbprintOf } from "@/lib/protocol/sealed/root-signature";
import { METRIC_PATTERN } from "@/lib/protocol/segments";
import { encodeTelemetry } from "@/lib/protocol/telemetry";
import { topics, type UpKind } from "@/lib/protocol/topics";
import type { Agent, AgentEvents, AgentOptions, ReportedValue } from "./agent";
import { DiskBuffer } from "./buffer/disk-buffer";
import { keysFile } from "./claim/keys-file";
import { commandChannel } from "./commands/command-channel";
import { fileCommandStore } from "./commands/command-store";
import { maySpeakOf } from "./connection/own-token";
import { Uplink } from "./connection/uplink";
import { connectionLog, silent } from "./connection-log";
import { KeyChain } from "./keys/key-chain";
import { fileKeyStore } from "./keys/key-store";
import { Sealer } from "./keys/sealer";
import { Renewer } from "./renewal/renewer";
import { type ApplyState, StateKeeper } from "./state/state-keeper";
import { fileStateStore } from "./state/state-store";

/** Starts an agent: one outbound connection, no listening socket, telemetry at QoS 1 through a buffer on disk. */
export function createAgent(options: AgentOptions): Agent {
  const events = new EventEmitter<AgentEvents>();
  const log = connectionLog(options);
  let reportedDropped = 0;
  const given = () => (typeof options.token === "function" ? options.token() : options.token);
  const buffer = new DiskBuffer({
    folder: options.bufferDir,
    maxBytes: options.maxBufferBytes,
    onReadable: () => uplink?.wake(),
    onDropped: (count) => {
      log.dropped(count);
      events.emit("dropped", count);
    },
    onDiskError: log.diskError,
  });
  // After the buffer, which has locked the folder.
  const chain = new KeyChain(options.device, fileKeyStore(keysFile(options.bufferDir)), {
    fleet: options.fleet,
    root: options.fleetRoot,
    onRefused(reason) {
      log.keyRefused(reason);
      events.emit("keyRefused", reason);
    },
  });
  if (chain.isSealed) void thumbprintOf(chain.hello().publicKey).then((thumbprint) => log.sealedFleet(fingerprintOf(thumbprint)));
  const renewer =
    options.identityDir === undefined ? undefined : new Renewer({ ...options, folder: options.identityDir, uplink: () => uplink, log: options.log ?? silent });
  const token = () => renewer?.token() ?? given();
  // What the platform may not send in the open, it sends once it knows that there is a key.
  const onKey = (version: number) => {
    log.sealing(version);
    if (maySay("state")) void state?.greet();
  };
  const sealer = new Sealer({ ...options, mode: options.encryption ?? "offered", chain, onKey });
  const state = options.onDesired && stateKeeper(options, options.onDesired, sealer, (payload) => uplink?.publish("state", payload) ?? Promise.resolve(false));
  const maySay = (kind: UpKind) => maySpeakOf(token(), topics.up(options.fleet, options.device, kind));
  const commands = commandChannel({
    ...options,
    store: fileCommandStore(path.join(options.bufferDir, "commands.json")),
    handlers: options.commands ?? {},
    chain,
    uplink: () => uplink,
    onPing: () => events.emit("asked"),
    onBegun: log.command,
  });
  const uplink: Uplink | undefined = new Uplink({
    ...options,
    token,
    buffer,
    prepare: (seq, payload) => sealer.forSending(seq, payload),
    inboxes: [
      { kind: "key", onMessage: (payload) => uplink && void sealer.receive(payload, uplink) },
      ...(renewer ? [{ kind: "token" as const, asked: true, onMessage: (payload: Uint8Array) => renewer.heard(payload) }] : []),
      ...(state ? [{ kind: "state" as const, asked: true, onMessage: (payload: Uint8Array) => void state.receive(payload) }] : []),
    ],
    onConnected: () => {
      log.connected(buffer.waiting);
      renewer?.connected();
      if (uplink && maySay("key")) void sealer.greet(uplink);
      if (maySay("state")) void state?.greet();
      void commands.resend();
      events.emit("connected");
    },
    onCommand: (id, payload) => void commands.receive(id, payload),
    onDisconnected: (failure) => {
      log.disconnected(buffer.waiting);
      renewer?.disconnected();
      events.emit("disconnected", failure);
    },
    onFailed: (failure, retryMs) => {
      log.failed(failure, retryMs);
      renewer?.failed(failure);
      events.emit("failed", failure);
    },
    onAcknowledged: (seq) => events.emit("acknowledged", seq),
  });
  uplink.start();

  return Object.assign(events, {
    async report(values: Readonly<Record<string, ReportedValue>>, time: Date | number = Date.now()) {
      const readings = checkReadings(values);
      // Loss is not kept quiet: the next message after it says how much is gone altogether.
      if (buffer.dropped !== reportedDropped) readings.set("buffer_dropped", { value: buffer.dropped });
      reportedDropped = buffer.dropped;
      return buffer.append((seq) => sealer.seal(seq, encode(options.device, seq, Number(time), readings)));
    },
    sendPosture: (report: PostureReport) => uplink.publish("posture", Buffer.from(JSON.stringify(report))),
    status: () => ({
      isConnected: uplink.isConnected,
      waiting: buffer.waiting,
      dropped: buffer.dropped,
      lastSeq: buffer.lastSeq,
      keyVersion: chain.sealing?.version ?? null,
    }),
    async stop() {
      renewer?.stop();
      await uplink.stop();
      await buffer.close();
    },
  });
}

function stateKeeper({ bufferDir, log }: AgentOptions, apply: ApplyState, sealer: Sealer, publish: (payload: Uint8Array) => Promise<boolean>): StateKeeper {
  const store = fileStateStore(path.join(bufferDir, "state.json"));
  const onTrouble = (error: unknown) =>
    log?.error({ error: error instanceof Error ? error.message : String(error) }, "cannot follow what is desired of this device");
  return new StateKeeper({ store, sealer, apply, publish, onTrouble });
}

function checkReadings(values: Readonly<Record<string, ReportedValue>>): Map<string, { value: number; unit?: string }> {
  const readings = new Map<string, { value: number; unit?: string }>();
  for (const [metric, given] of Object.entries(values)) {
    const reading = typeof given === "number" ? { value: given } : given;
    if (!METRIC_PATTERN.test(metric))
      throw new SallyportError("invalid_input", `"${metric}" is not a metric name.`, { hint: "Up to 64 of A-Z a-z 0-9 . _ / -" });
    if (!Number.isFinite(reading.value)) throw new SallyportError("invalid_input", `The value of ${metric} is not a finite number.`);
    readings.set(metric, reading);
  }
  if (readings.size === 0 || readings.size >= LIMITS.readingsPerMessage)
    throw new SallyportError("invalid_input", `A report has 1 to ${LIMITS.readingsPerMessage - 1} readings, not ${readings.size}.`);
  return readings;
}

function encode(device: string, seq: number, time: number, readings: ReadonlyMap<string, { value: number; unit?: string }>): Uint8Array {
  const payload = Buffer.from(encodeTelemetry(device, seq, time, readings));
  if (payload.byteLength > LIMITS.telemetryBytes)
    throw new SallyportError("too_large", `The report has ${payload.byteLength} bytes; at most ${LIMITS.telemetryBytes}.`, { hint: "Send it in several." });
  return payload;
}
