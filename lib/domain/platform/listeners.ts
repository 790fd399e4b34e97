import ipaddr from "ipaddr.js";

/** A socket that one process of this installation holds open, as the kernel tells it. */
export interface HeldSocket {
  pid: number;
  /** Its command line. */
  command: string;
  protocol: "tcp" | "udp";
  address: string;
  port: number;
}

export const PURPOSES = ["console", "mqtt", "mqtts", "mqtt_ws", "postgres"] as const;
export type Purpose = (typeof PURPOSES)[number];

/** What the configuration says should listen. */
export interface ExpectedListener {
  purpose: Purpose;
  process: string;
  host: string;
  port: number;
}

/** `expected`: as configured. `wider`: configured, but not on so many addresses. `unexpected`: nothing in the configuration says so. */
export const LISTENER_VERDICTS = ["unexpected", "wider", "expected"] as const;

export interface JudgedListener {
  process: string;
  pid: number;
  protocol: "tcp" | "udp";
  address: string;
  port: number;
  purpose: Purpose | null;
  /** Can another machine reach it, firewalls aside? */
  reachable: boolean;
  verdict: (typeof LISTENER_VERDICTS)[number];
}

const PROCESSES: readonly [RegExp, string][] = [
  [/services\/(broker|worker|ingest)\/main\.ts/, "$1"],
  [/^next-server|next\/dist\/bin\/next/, "web"],
  [/^(\S*\/)?postgres(:|\s|$)/, "postgres"],
  [/services\/supervisor\//, "supervisor"],
  [/device\/(agent|simulator)\/main\.ts/, "$1"],
];

/** Which of our processes a command line is. Of another one only the program's name is told: arguments may hold secrets. */
export function processName(command: string): string {
  for (const [pattern, name] of PROCESSES) {
    const match = pattern.exec(command);
    if (match) return name.replace("$1", match[1] ?? "");
  }
  return (command.split(/\s/)[0] ?? "").split("/").at(-1)?.slice(0, 40) || "unnamed";
}

/** The most urgent first. `closed`: configured listeners of processes that run and hold no such socket. */
export function judgeListeners(
  sockets: readonly HeldSocket[],
  expected: readonly ExpectedListener[],
  processes: ReadonlySet<string>,
): { listeners: JudgedListener[]; closed: ExpectedListener[] } {
  const listeners = sockets.map((socket) => judge(socket, expected));
  const urgency = ({ verdict, reachable }: JudgedListener) => LISTENER_VERDICTS.indexOf(verdict) * 2 - Number(reachable);
  return {
    listeners: listeners.toSorted((a, b) => urgency(a) - urgency(b) || a.port - b.port || a.address.localeCompare(b.address)),
    closed: expected.filter(({ purpose, process }) => processes.has(process) && !listeners.some((one) => one.purpose === purpose)),
  };
}

function judge({ pid, command, protocol, address, port }: HeldSocket, expected: readonly ExpectedListener[]): JudgedListener {
  const process = processName(command);
  const match = protocol === "tcp" ? expected.find((one) => one.process === process && one.port === port) : undefined;
  const told = { process, pid, protocol, address, port, reachable: breadthOf(address) > 0 };
  if (!match) return { ...told, purpose: null, verdict: "unexpected" };
  return { ...told, purpose: match.purpose, verdict: breadthOf(address) > breadthOf(match.host) ? "wider" : "expected" };
}

/** 0: only this machine. 1: one address of it. 2: every address. A host name is taken for one address. */
function breadthOf(host: string): 0 | 1 | 2 {
  const bare = host.replace(/^\[|\]$/g, "");
  if (!ipaddr.isValid(bare)) return bare === "localhost" ? 0 : 1;
  const range = ipaddr.process(bare).range();
  return range === "loopback" ? 0 : range === "unspecified" ? 2 : 1;
}
