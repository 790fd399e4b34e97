import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

/** Why namespaces cannot be had here; undefined: they can. nft comes from Debian when it is missing and may be installed. */
export function whyNoNamespaces(): string | undefined {
  try {
    run("ip", "netns", "add", `sp${process.pid}try`);
    run("ip", "netns", "del", `sp${process.pid}try`);
  } catch {
    return "this user may not make network namespaces";
  }
  try {
    run("nft", "--version");
  } catch {
    try {
      execFileSync("apt-get", ["install", "-y", "--no-install-recommends", "nftables"], { stdio: "ignore", timeout: 120_000 });
    } catch {
      return "nft is missing and cannot be installed";
    }
  }
  return undefined;
}

export const ADDRESSES = { device: "10.77.1.2", brokerForDevices: "10.77.2.2", brokerForConsole: "10.77.3.1" } as const;
export type Namespace = "device" | "router" | "broker" | "console";

export interface Namespaces {
  /** Starts a program inside one of them. Ended with everything else by `close`. */
  start(where: Namespace, command: string, args: string[], env?: Record<string, string>): ChildProcess;
  /** Runs one to its end; answers what it printed. */
  run(where: Namespace, command: string, args: string[], env?: Record<string, string>): Promise<string>;
  /** A Postgres address that works inside of them: a socket file, passed on to the one on this machine's loopback. */
  databaseUrl: string;
  close(): Promise<void>;
}

/**
 * Device, router, broker and console, each in a network of its own. The router hides the device's address (NAT) and forwards
 * nothing towards it that it did not ask for; the device drops whatever comes in by itself. No other way leads anywhere.
 */
export async function openNamespaces(databaseUrl: string): Promise<Namespaces> {
  const name = (where: Namespace) => `sp${process.pid}${where.slice(0, 1)}`;
  const all: Namespace[] = ["device", "router", "broker", "console"];
  const inside = (where: Namespace, ...words: string[]) => run("ip", "netns", "exec", name(where), ...words);
  const children: ChildProcess[] = [];
  const relay = await relayDatabase(databaseUrl);
  const close = async () => {
    for (const child of children) child.kill("SIGKILL");
    await Promise.all(
      children.map((child) => (child.exitCode === null && child.signalCode === null ? new Promise((resolve) => child.once("exit", resolve)) : undefined)),
    );
    for (const where of all) {
      // What a child has started outlives it: a shell's or npm's own one does not hear of a signal.
      for (const pid of run("ip", "netns", "pids", name(where)).split("\n")) if (pid.trim() !== "") endProcess(Number(pid));
      run("ip", "netns", "del", name(where));
    }
    relay.close();
  };
  for (const where of all) {
    run("ip", "netns", "add", name(where));
    inside(where, "ip", "link", "set", "lo", "up");
  }
  const link = (a: Namespace, addressA: string, b: Namespace, addressB: string) => {
    const [endA, endB] = [`${a.slice(0, 3)}-${b.slice(0, 3)}`, `${b.slice(0, 3)}-${a.slice(0, 3)}`];
    run("ip", "link", "add", endA, "netns", name(a), "type", "veth", "peer", "name", endB, "netns", name(b));
    inside(a, "ip", "addr", "add", `${addressA}/24`, "dev", endA);
    inside(b, "ip", "addr", "add", `${addressB}/24`, "dev", endB);
    inside(a, "ip", "link", "set", endA, "up");
    inside(b, "ip", "link", "set", endB, "up");
  };
  link("device", ADDRESSES.device, "router", "10.77.1.1");
  link("router", "10.77.2.1", "broker", ADDRESSES.brokerForDevices);
  link("broker", ADDRESSES.brokerForConsole, "console", "10.77.3.2");
  inside("device", "ip", "route", "add", "default", "via", "10.77.1.1");
  inside("router", "sysctl", "-q", "-w", "net.ipv4.ip_forward=1");
  inside("device", "nft", "add table inet guard; add chain inet guard in { type filter hook input priority 0; policy drop; }");
  inside("device", "nft", "add rule inet guard in ct state established,related accept; add rule inet guard in iif lo accept");
  inside("router", "nft", "add table ip nat; add chain ip nat out { type nat hook postrouting priority 100; }; add rule ip nat out oifname rou-bro masquerade");
  inside("router", "nft", "add table ip guard; add chain ip guard through { type filter hook forward priority 0; policy drop; }");
  inside("router", "nft", "add rule ip guard through ct state established,related accept; add rule ip guard through iifname rou-dev accept");
  return {
    start(where, command, args, env = {}) {
      const child = spawn("ip", ["netns", "exec", name(where), command, ...args], { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "inherit"] });
      children.push(child);
      return child;
    },
    // Never waited for in place: the way to the database goes through this process.
    async run(where, command, args, env = {}) {
      const { stdout } = await promisify(execFile)("ip", ["netns", "exec", name(where), command, ...args], {
        env: { ...process.env, ...env },
        timeout: 60_000,
      });
      return stdout.trim();
    },
    databaseUrl: relay.url,
    close,
  };
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // Gone meanwhile.
  }
}

async function relayDatabase(databaseUrl: string): Promise<{ url: string; close(): void }> {
  const target = new URL(databaseUrl);
  const folder = mkdtempSync(path.join(tmpdir(), "sallyport-ns-"));
  const server = net.createServer((socket) => {
    const onward = net.connect({ host: target.hostname, port: Number(target.port) });
    socket.pipe(onward).pipe(socket);
    for (const end of [socket, onward]) end.on("error", () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(path.join(folder, ".s.PGSQL.5432"), resolve));
  const login = `${target.username}${target.password ? `:${target.password}` : ""}`;
  return {
    url: `postgresql://${login}@localhost:5432${target.pathname}?host=${encodeURIComponent(folder)}`,
    close() {
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], timeout: 30_000 });
}
