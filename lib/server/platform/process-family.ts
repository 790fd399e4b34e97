import { readdir, readFile, readlink } from "node:fs/promises";
import os from "node:os";
import { isListening, isOpenToDatagrams, parseSocketTable } from "@/lib/base/socket-table";
import type { HeldSocket } from "@/lib/domain/platform/listeners";

export interface Family {
  processes: { pid: number; command: string }[];
  sockets: HeldSocket[];
  /** Processes whose files we may not list. */
  hidden: number;
}

/**
 * A process with all that descend from it, and every TCP socket that listens and UDP socket that takes datagrams from anybody among their
 * open files. Undefined where the system has no /proc. Sockets in the file system (AF_UNIX) have no port and are not looked at.
 */
export async function readFamily(root: number): Promise<Family | undefined> {
  const open = await openSockets();
  const pids = open && (await descendants(root));
  if (!open || !pids) return undefined;
  const family: Family = { processes: [], sockets: [], hidden: 0 };
  for (const pid of pids) {
    const command = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).replaceAll("\0", " ").trim();
    const inodes = await socketsOf(pid);
    // Gone meanwhile, or ended and not collected: it holds nothing.
    if (inodes === "gone" || command === "") continue;
    family.processes.push({ pid, command });
    if (inodes === "hidden") family.hidden++;
    else
      for (const inode of inodes) {
        const socket = open.get(inode);
        // One that several processes hold is told once, of the oldest.
        if (socket && open.delete(inode)) family.sockets.push({ pid, command, ...socket });
      }
  }
  return family;
}

/** By inode, of this network namespace. */
async function openSockets(): Promise<Map<number, Pick<HeldSocket, "protocol" | "address" | "port">> | undefined> {
  const littleEndian = os.endianness() === "LE";
  const open = new Map<number, Pick<HeldSocket, "protocol" | "address" | "port">>();
  for (const table of ["tcp", "tcp6", "udp", "udp6"]) {
    const text = await readFile(`/proc/self/net/${table}`, "utf8").catch(() => undefined);
    // A kernel without IPv6 has no tcp6; one without tcp is no Linux.
    if (text === undefined && table === "tcp") return undefined;
    const protocol = table.startsWith("tcp") ? "tcp" : "udp";
    const rows = parseSocketTable(text ?? "", { littleEndian }).filter(protocol === "tcp" ? isListening : isOpenToDatagrams);
    for (const { inode, localAddress: address, localPort: port } of rows) open.set(inode, { protocol, address, port });
  }
  return open;
}

/** The root first, then its children, then theirs. */
async function descendants(root: number): Promise<number[] | undefined> {
  const all = await readdir("/proc").catch(() => undefined);
  if (!all) return undefined;
  const children = new Map<number, number[]>();
  for (const name of all.filter((one) => /^\d+$/.test(one))) {
    const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => "");
    // The second field is a name in parentheses that may hold spaces; the parent is the fourth.
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    if (stat !== "") children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found = [root];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}

async function socketsOf(pid: number): Promise<number[] | "hidden" | "gone"> {
  const folder = `/proc/${pid}/fd`;
  try {
    const links = await Promise.all((await readdir(folder)).map((fd) => readlink(`${folder}/${fd}`).catch(() => "")));
    return links.flatMap((link) => Number(/^socket:\[(\d+)\]$/.exec(link)?.[1] ?? Number.NaN)).filter(Number.isInteger);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "";
    return code === "EACCES" || code === "EPERM" ? "hidden" : "gone";
  }
}
