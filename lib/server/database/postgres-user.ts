import { execFile } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { SallyportError } from "@/lib/base/errors";

export interface Identity {
  uid: number;
  gid: number;
}

const NOBODY = 65534;
/** In the order of preference: the first lets a process read and enter everything, the second write too. Bits of capabilities(7). */
const CAPABILITIES = [
  { name: "dac_read_search", bit: 2n },
  { name: "dac_override", bit: 1n },
];

/** Postgres refuses to run as root: then it is the owner of the data that is there, else `postgres`, else `nobody`. */
export async function serverIdentity(dataFolder: string): Promise<Identity> {
  const own = { uid: process.getuid?.() ?? NOBODY, gid: process.getgid?.() ?? NOBODY };
  if (own.uid !== 0) return own;
  const owner = await stat(dataFolder).catch(() => undefined);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const users = await readFile("/etc/passwd", "utf8").catch(() => "");
  for (const name of ["postgres", "nobody"]) {
    const line = users.split("\n").find((text) => text.startsWith(`${name}:`));
    const [, , uid, gid] = line?.split(":") ?? [];
    if (Number(uid) > 0) return { uid: Number(uid), gid: Number(gid) };
  }
  return { uid: NOBODY, gid: NOBODY };
}

/**
 * What the server's command line is put behind; empty: nothing (Node then sets the ids at spawn). On Linux the kernel ends
 * the server with its parent, however that one dies. As root, a user who cannot enter a folder on the way to one of `paths`
 * (a project under a home folder of mode 0700) gets one capability for it.
 */
export async function launchPrefix(identity: Identity, paths: string[]): Promise<string[]> {
  const setpriv = await hasSetpriv();
  const start = setpriv ? ["setpriv", "--pdeathsig", "INT"] : [];
  if (identity.uid === process.getuid?.()) return start;

  if (setpriv) start.push(`--reuid=${identity.uid}`, `--regid=${identity.gid}`, "--clear-groups");
  const reached = await Promise.all(paths.map((file) => canReach(file, identity)));
  if (reached.every(Boolean)) return start;

  const capability = setpriv ? await grantableCapability() : undefined;
  // Postgres asks access(2) about its own binaries, which counts capabilities of ordinary users only with this bit.
  if (capability) return [...start, `--inh-caps=+${capability}`, `--ambient-caps=+${capability}`, "--securebits=+no_setuid_fixup"];
  const closed = paths.filter((_, index) => !reached[index]);
  throw new SallyportError("configuration", `Postgres cannot run as root, and the user it runs as (id ${identity.uid}) cannot reach ${closed.join(", ")}.`, {
    hint: "Run as an ordinary user, or put the project and DATA_DIR into folders that others may enter (chmod o+x), or set DATABASE_URL.",
  });
}

/** By the mode bits along the path. Access lists may allow more: that costs a capability that was not needed, nothing else. */
async function canReach(file: string, user: Identity): Promise<boolean> {
  for (let at = file; ; at = path.dirname(at)) {
    const found = await stat(at).catch(() => undefined);
    if (found) {
      const needed = at === file ? (found.isDirectory() ? 0o5 : 0o4) : 0o1;
      const shift = found.uid === user.uid ? 6 : found.gid === user.gid ? 3 : 0;
      if (((found.mode >> shift) & needed) !== needed) return false;
    }
    if (at === path.dirname(at)) return true;
  }
}

async function hasSetpriv(): Promise<boolean> {
  if (process.platform !== "linux") return false;
  const help = await promisify(execFile)("setpriv", ["--help"]).catch(() => undefined);
  return ["--pdeathsig", "--ambient-caps"].every((option) => help?.stdout.includes(option));
}

/** One that this process holds and that its bounding set lets it hand on: containers drop some. */
async function grantableCapability(): Promise<string | undefined> {
  const status = await readFile("/proc/self/status", "utf8").catch(() => "");
  const sets = ["CapPrm", "CapBnd"].map((name) => BigInt(`0x${new RegExp(`^${name}:\\s*([0-9a-f]+)`, "m").exec(status)?.[1] ?? "0"}`));
  return CAPABILITIES.find(({ bit }) => sets.every((set) => (set >> bit) & 1n))?.name;
}
