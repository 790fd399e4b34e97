import type { EventEmitter } from "node:events";
import type { Logger } from "@/lib/base/log";
import type { PostureReport } from "@/lib/protocol/posture";
import type { AnnouncementRefusal } from "@/lib/protocol/sealed/announcement";
import type { CommandHandlers } from "./commands/command-runner";
import type { ConnectionFailure } from "./connection/failure";
import type { BrokerAddress, UplinkOptions } from "./connection/uplink";

import type { EncryptionMode } from "./keys/sealer";
import type { ApplyState } from "./state/state-keeper";

export type AgentLog = Pick<Logger, "info" | "warn" | "error">;

export interface AgentOptions extends BrokerAddress, Pick<UplinkOptions, "keepAliveSeconds" | "backOff" | "random"> {
  fleet: string;
  device: string;
  /** The token, or where to get it: asked at every connect, so that a renewed one is taken up. */
  token: string | (() => string | undefined);
  /**
   * Folder of a claimed device, with its identity key: the token that stands there is used instead of `token`, renewed before it ends, and
   * asked for anew by the key when it ended.
   */
  identityDir?: string;
  /** Folder of its own, kept over restarts: unsent messages and the sequence number live there. */
  bufferDir: string;
  /**
   * `offered` (default): payloads are sealed as soon as the platform gives a key, and from then on always. `required`: nothing is
   * sent before there is a key.
   */
  encryption?: EncryptionMode;
  /**
   * Thumbprint of the fleet root key, for a device of a sealed fleet: it takes no key but what this one signed, and sends nothing before.
   * It is stored with the first start, and stays.
   */
  fleetRoot?: string | undefined;
  /** What this device does when it is asked to, by the command's name. Each id is done once, over restarts too. */
  commands?: CommandHandlers;
  /**
   * Works through what is desired of this device and says what became of it (docs/state.md). Called at the start with what was desired
   * last, and with each change. Without it the device has no state.
   */
  onDesired?: ApplyState;
  /** Default 64 MiB. When it is full, the oldest messages go, counted. */
  maxBufferBytes?: number;
  log?: AgentLog;
}

/** A bare number, or one with its unit (SenML: "Cel", "%", "W" ...). */
export type ReportedValue = number | { value: number; unit?: string };

export interface AgentStatus {
  isConnected: boolean;
  /** Messages that are not acknowledged yet. */
  waiting: number;
  /** Messages given up since the buffer was made, for want of room or because the disk lost them. */
  dropped: number;
  lastSeq: number;
  /** Version of the content key in use; null: none. */
  keyVersion: number | null;
}

export type AgentEvents = {
  connected: [];
  disconnected: [ConnectionFailure | undefined];
  /** The platform asks for a report now. */
  asked: [];
  /** An attempt failed; the agent tries again by itself. `refused` and `certificate` need a person. */
  failed: [ConnectionFailure];
  /** PUBACK: the message with this sequence number is stored. */
  acknowledged: [number];
  dropped: [number];
  /** A content key came that this device does not take. */
  keyRefused: [AnnouncementRefusal];
};

export interface Agent extends EventEmitter<AgentEvents> {
  /**
   * Takes readings of one moment (milliseconds since 1970 or a Date; default now). Resolves with the message's sequence number
   * when it is on disk, connected or not. Throws `invalid_input` for a name or value that the platform would not store.
   */
  report(values: Readonly<Record<string, ReportedValue>>, time?: Date | number): Promise<number>;
  /** Sends a posture report if there is a connection. True when the platform has it; false: try again with the next one. */
  sendPosture(report: PostureReport): Promise<boolean>;
  status(): AgentStatus;
  /** Says goodbye to the broker. What is unsent stays on disk for the next start. */
  stop(): Promise<void>;
}
