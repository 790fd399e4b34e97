import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { Env } from "@/lib/base/env";
import { SallyportError } from "@/lib/base/errors";

/** Where the key-encryption key comes from: the environment, a command (KMS, HSM), else the file in DATA_DIR/secrets. */
export type KeySource = Partial<Pick<Env, "KEY_ENCRYPTION_KEY" | "KEY_ENCRYPTION_COMMAND" | "KEY_ENCRYPTION_KEY_PREVIOUS">>;

export interface KeyEncryptionKeys {
  /** Wraps, and unwraps. */
  current: Buffer;
  /** Unwraps only, while what it has wrapped is being wrapped anew. */
  previous: Buffer | undefined;
}

const COMMAND_LIMIT_MS = 30_000;
export const PREVIOUS = ".previous";

/** Reads the keys; for the file, again when it was replaced. One that is gone does not stop who has read it. Throws `configuration`, never with key material in its words. */
export function keyReader(file: string, source: KeySource): (options?: { again: boolean }) => KeyEncryptionKeys {
  const read = (): KeyEncryptionKeys => ({ current: bytesOf(currentText(file, source), whereOf(file, source)), previous: previousOf(file, source) });
  let keys = read();
  let stamp = stampOf(file);
  return ({ again } = { again: false }) => {
    const found = isFile(source) ? stampOf(file) : "";
    if (found !== "" && (again || found !== stamp)) {
      stamp = found;
      keys = read();
    }
    return keys;
  };
}

export const isFile = ({ KEY_ENCRYPTION_KEY, KEY_ENCRYPTION_COMMAND }: KeySource) => !KEY_ENCRYPTION_KEY && !KEY_ENCRYPTION_COMMAND;

/** As an error names it. */
export function whereOf(file: string, { KEY_ENCRYPTION_KEY, KEY_ENCRYPTION_COMMAND }: KeySource): string {
  if (KEY_ENCRYPTION_KEY) return "KEY_ENCRYPTION_KEY";
  return KEY_ENCRYPTION_COMMAND ? "What KEY_ENCRYPTION_COMMAND prints" : path.resolve(file);
}

function currentText(file: string, { KEY_ENCRYPTION_KEY, KEY_ENCRYPTION_COMMAND }: KeySource): string {
  if (KEY_ENCRYPTION_KEY && KEY_ENCRYPTION_COMMAND)
    throw new SallyportError("configuration", "KEY_ENCRYPTION_KEY and KEY_ENCRYPTION_COMMAND: set one of them.", { hint: "Two sources could be two keys." });
  if (KEY_ENCRYPTION_KEY) return KEY_ENCRYPTION_KEY;
  return KEY_ENCRYPTION_COMMAND ? printed(KEY_ENCRYPTION_COMMAND) : readFileSync(file, "utf8");
}

/** What the hook prints on stdout: 32 bytes in base64. Its stderr is the operator's to see. */
function printed(command: string): string {
  try {
    return execFileSync("/bin/sh", ["-c", command], { encoding: "utf8", timeout: COMMAND_LIMIT_MS, stdio: ["ignore", "pipe", "inherit"] });
  } catch (error) {
    const status = error instanceof Error && "status" in error ? String(error.status) : "no answer";
    throw new SallyportError("configuration", `KEY_ENCRYPTION_COMMAND failed (${status}): there is no key-encryption key.`, {
      hint: "Run it by hand as the same user: it must print 32 bytes in base64, and nothing else. Nothing was overwritten.",
    });
  }
}

function previousOf(file: string, source: KeySource): Buffer | undefined {
  if (source.KEY_ENCRYPTION_KEY_PREVIOUS) return bytesOf(source.KEY_ENCRYPTION_KEY_PREVIOUS, "KEY_ENCRYPTION_KEY_PREVIOUS");
  return existsSync(file + PREVIOUS) ? bytesOf(readFileSync(file + PREVIOUS, "utf8"), file + PREVIOUS) : undefined;
}

function bytesOf(text: string, where: string): Buffer {
  const bytes = Buffer.from(text.trim(), "base64");
  if (bytes.length === 32) return bytes;
  throw new SallyportError("configuration", `${where} does not hold 32 bytes.`, { hint: "Restore it from your backup; nothing was overwritten." });
}

function stampOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat ? `${stat.ino} ${stat.mtimeMs}` : "";
}
