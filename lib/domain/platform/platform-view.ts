import { z } from "zod";
import { LISTENER_VERDICTS, PURPOSES } from "./listeners";

const time = z.iso.datetime();
const count = z.number().int();

export const platformListenerSchema = z.object({
  process: z.string(),
  pid: count,
  protocol: z.enum(["tcp", "udp"]),
  address: z.string(),
  port: count,
  purpose: z.enum(PURPOSES).nullable(),
  /** Can another machine reach it, firewalls aside? */
  reachable: z.boolean(),
  verdict: z.enum(LISTENER_VERDICTS),
  /** Since when it is seen. */
  since: time,
});
export type PlatformListener = z.output<typeof platformListenerSchema>;

/** What one machine's processes of this installation hold open. */
export const platformReportSchema = z.object({
  /** False: its system does not tell which process holds which socket. */
  known: z.boolean(),
  processes: count,
  /** Processes whose sockets this one may not see. */
  hidden: count,
  listeners: z.array(platformListenerSchema),
  /** Configured, and not open. */
  closed: z.array(z.object({ purpose: z.enum(PURPOSES), process: z.string(), host: z.string(), port: count })),
});
export type PlatformReport = z.output<typeof platformReportSchema>;

export const platformSchema = z.object({
  machines: z.array(platformReportSchema.extend({ node: z.string(), at: time, stale: z.boolean() })),
});
export type Platform = z.output<typeof platformSchema>;
export type PlatformMachine = Platform["machines"][number];

/** What a fleet's signed statement says of the platform: nothing that a port scan from outside would not find, and counts. */
export const platformPartSchema = z.object({
  /** The oldest of the reports that it rests on; null: there is none from the last minutes. */
  at: time.nullable(),
  machines: count,
  /** Machines of which nothing recent is known, or not everything. */
  unknown: count,
  listeners: count,
  unexpected: count,
  reachable: z.array(z.object({ protocol: z.enum(["tcp", "udp"]), port: count, purpose: z.enum(PURPOSES).nullable(), expected: z.boolean() })),
});
export type PlatformPart = z.output<typeof platformPartSchema>;

export function platformPart({ machines }: Platform): PlatformPart {
  const known = machines.filter(({ stale, known: told, hidden }) => !stale && told && hidden === 0);
  const listeners = known.flatMap((machine) => machine.listeners);
  return {
    at: known.map(({ at }) => at).toSorted()[0] ?? null,
    machines: machines.length,
    unknown: machines.length - known.length,
    listeners: listeners.length,
    unexpected: listeners.filter(({ verdict }) => verdict !== "expected").length,
    reachable: listeners
      .filter(({ reachable }) => reachable)
      .map(({ protocol, port, purpose, verdict }) => ({ protocol, port, purpose, expected: verdict === "expected" })),
  };
}

/** `5 sockets listen, 1 can be reached from outside, none is unexpected`. */
export function platformText({ listeners, reachable, unexpected, unknown, machines }: PlatformPart): string {
  if (machines === unknown) return "Nothing is known of what the platform listens on";
  const some = (n: number) => (n === 0 ? "none" : n.toLocaleString("en"));
  const said = `${listeners.toLocaleString("en")} ${listeners === 1 ? "socket listens" : "sockets listen"}, ${some(reachable.length)} can be reached from outside, ${some(unexpected)} ${unexpected > 1 ? "are" : "is"} unexpected`;
  return unknown === 0 ? said : `${said}; of ${unknown} ${unknown === 1 ? "machine" : "machines"} not everything is known`;
}
