import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { SallyportError } from "@/lib/base/errors";
import { readConfig } from "../options";
import { type Places, placesIn, UNIT } from "./places";
import { hasSystemd, systemctl } from "./systemd";
import { unitText } from "./unit-text";

export interface InstallRequest {
  /** The bundle that is running. */
  program: string;
  node: string;
  root: string | undefined;
  /** Settings in the words of the config file; over those that stand there already. */
  settings: Record<string, unknown>;
}

/**
 * Puts program, settings and unit in their places and starts the service; again: the newer program, and settings that were named
 * anew. Answers what it did, a line each. Throws `forbidden` without the rights to write there.
 */
export function install({ program, node, root, settings }: InstallRequest): string[] {
  const places = placesIn(root);
  try {
    put(places.program.file, 0o755, (file) => path.resolve(program) !== path.resolve(file) && copyFileSync(program, file));
    const merged = { ...existing(places), ...settings, state: places.state.path };
    if (typeof settings.ca === "string") {
      const authority = readFileSync(settings.ca);
      put(places.ca.file, 0o644, (file) => writeFileSync(file, authority));
      Object.assign(merged, { ca: places.ca.path });
    }
    put(places.config.file, 0o600, (file) => writeFileSync(file, `${JSON.stringify(merged, null, 2)}\n`, { mode: 0o600 }));
    put(places.unit.file, 0o644, (file) => writeFileSync(file, unitText({ node, places })));
  } catch (error) {
    throw denied(error, "install");
  }
  const written = [places.program, places.config, places.unit].map((place) => `wrote ${place.file}`);
  if (root !== undefined || !hasSystemd()) return [...written, "not started: systemd does not run here"];
  systemctl("daemon-reload");
  systemctl("enable", UNIT);
  systemctl("restart", UNIT);
  return [...written, `started ${UNIT}; what it says: journalctl -u ${UNIT} -f`];
}

/** Stops the service and takes program and unit away. Settings, keys, token and unsent messages stay, unless `purge`. */
export function uninstall({ root, purge }: { root: string | undefined; purge: boolean }): string[] {
  const places = placesIn(root);
  const done: string[] = [];
  try {
    if (root === undefined && hasSystemd()) {
      systemctl("disable", "--now", UNIT);
      done.push(`stopped ${UNIT}`);
    }
    const gone = [places.unit, places.program, ...(purge ? [places.config, places.ca, places.state] : [])];
    for (const { file } of gone) rmSync(file, { force: true, recursive: true });
    // With a dynamic user the state folder is a link to this one.
    if (purge) rmSync(path.join(root ?? "/", "/var/lib/private/sallyport-agent"), { force: true, recursive: true });
    if (root === undefined && hasSystemd()) systemctl("daemon-reload");
    done.push(...gone.map(({ file }) => `removed ${file}`));
  } catch (error) {
    throw denied(error, "uninstall");
  }
  return purge ? done : [...done, `kept ${places.config.file} and ${places.state.file}; --purge removes them, keys and unsent messages too`];
}

function put(file: string, mode: number, write: (file: string) => void): void {
  mkdirSync(path.dirname(file), { recursive: true });
  write(file);
  chmodSync(file, mode);
}

function existing({ config }: Places): Record<string, unknown> {
  try {
    return readConfig(config.file);
  } catch (error) {
    if (error instanceof SallyportError && /cannot read/.test(error.message)) return {};
    throw error;
  }
}

function denied(error: unknown, verb: string): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code !== "EACCES" && code !== "EPERM" && code !== "EROFS") return error;
  return new SallyportError("forbidden", `This user may not ${verb} the agent.`, { hint: `sudo node sallyport-agent.mjs ${verb} ...`, cause: error });
}
