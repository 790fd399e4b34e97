import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

/** Whether systemd runs this machine (sd_booted(3)). */
export const hasSystemd = (): boolean => existsSync("/run/systemd/system");

/** Throws with what systemctl said. */
export function systemctl(...words: string[]): string {
  return execFileSync("systemctl", words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], timeout: 60_000 }).trim();
}

/** `active`, `inactive`, `failed` ...; undefined where there is no systemd. */
export function serviceState(unit: string): string | undefined {
  if (!hasSystemd()) return undefined;
  try {
    return systemctl("is-active", unit);
  } catch (error) {
    // Not active is an exit code of 3, with the word on its output.
    return String((error as { stdout?: string }).stdout ?? "").trim() || "unknown";
  }
}
