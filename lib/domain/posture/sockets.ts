import ipaddr from "ipaddr.js";
import type { PostureReport } from "@/lib/protocol/posture";

export interface Listener {
  /** `tcp/22`. */
  what: string;
  /** As the report names it: where it listens. Null: everywhere, or not said. */
  interface: string | null;
  /** Only programs on the device itself reach it. */
  loopback: boolean;
}

const PROTOCOLS = ["tcp", "udp"] as const;

/** Every listening socket that the report names; one that listens at several interfaces comes once, as the most open of them. */
export function listenersOf({ metrics }: PostureReport): Listener[] {
  const found = new Map<string, Listener>();
  for (const protocol of PROTOCOLS)
    for (const { port, interface: name } of metrics[`listening_${protocol}_ports`]?.ports ?? []) {
      const what = `${protocol}/${port}`;
      const listener = { what, interface: name ?? null, loopback: name !== undefined && isLoopback(name) };
      const known = found.get(what);
      if (!known || (known.loopback && !listener.loopback)) found.set(what, listener);
    }
  return [...found.values()];
}

/**
 * How many sockets can be reached from outside: all that are counted, without those that are named as loopback. Null: the report does
 * not say what listens, by TCP and by UDP, so it proves nothing.
 */
export function inboundOf({ metrics }: PostureReport): number | null {
  let sum = 0;
  for (const protocol of PROTOCOLS) {
    const list = metrics[`listening_${protocol}_ports`];
    if (list?.ports === undefined && list?.total === undefined) return null;
    const named = list.ports ?? [];
    const inside = named.filter(({ interface: name }) => name !== undefined && isLoopback(name)).length;
    sum += Math.max(list.total ?? 0, named.length) - inside;
  }
  return sum;
}

/** Listening sockets that are counted and not named. */
export function unnamedOf({ metrics }: PostureReport): number {
  const of = (list: typeof metrics.listening_tcp_ports) => Math.max(0, (list?.total ?? 0) - (list?.ports?.length ?? 0));
  return of(metrics.listening_tcp_ports) + of(metrics.listening_udp_ports);
}

/**
 * Where the device has connections to, as `address:port`. Left out: what stays on the device, and connections at a port that
 * listens, which others opened.
 */
export function destinationsOf({ metrics }: PostureReport): string[] {
  const listening = new Set((metrics.listening_tcp_ports?.ports ?? []).map(({ port }) => port));
  const connections = metrics.tcp_connections?.established_connections.connections ?? [];
  const out = connections.filter(({ local_port: port }) => port === undefined || !listening.has(port));
  return [...new Set(out.map(({ remote_addr }) => remote_addr))].filter((remote) => !isLoopback(hostOf(remote))).toSorted();
}

/** `192.0.2.1:443` and `[2001:db8::1]:443` without the port. */
export function hostOf(remote: string): string {
  return /^\[(.*)\]:\d+$/.exec(remote)?.[1] ?? remote.replace(/:\d+$/, "");
}

/** By the name of an interface, or by an address in its place. */
function isLoopback(name: string): boolean {
  return /^lo\d*$/.test(name) || (ipaddr.isValid(name) && ipaddr.process(name).range() === "loopback");
}
