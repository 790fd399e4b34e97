import { appendFileSync, mkdirSync, renameSync, statSync } from "node:fs";
import path from "node:path";
import { styleText } from "node:util";

/** A file is put aside (one older one is kept) when it reaches this. Two files per process bound what logs can take. */
const LARGEST_BYTES = 5 * 1024 * 1024;
const LEVELS: Record<number, string> = { 40: "warn", 50: "error", 60: "fatal" };

/** One file per process under DATA_DIR/logs. `show` gets what a person should see at once: warnings and worse. */
export class RunLog {
  private readonly folder: string;
  private readonly sizes = new Map<string, number>();

  constructor(
    dataDir: string,
    private readonly show: (text: string) => void,
  ) {
    this.folder = path.join(dataDir, "logs");
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
  }

  /** Takes one line of a process's output: JSON of our log, or anything that a library printed. */
  line(name: string, line: string, stream: "stdout" | "stderr"): void {
    try {
      this.write(name, `${line}\n`);
    } catch {
      // A full disk must not stop what still runs.
    }
    const text = worthShowing(line, stream);
    if (text) this.show(`${styleText("dim", `[${name}]`)} ${text}`);
  }

  private write(name: string, text: string): void {
    const file = path.join(this.folder, `${name}.log`);
    const size = (this.sizes.get(name) ?? sizeOf(file)) + Buffer.byteLength(text);
    if (size > LARGEST_BYTES) renameSync(file, `${file}.1`);
    this.sizes.set(name, size > LARGEST_BYTES ? Buffer.byteLength(text) : size);
    appendFileSync(file, text, { mode: 0o600 });
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function worthShowing(line: string, stream: "stdout" | "stderr"): string | undefined {
  try {
    const { level, msg, hint, err } = JSON.parse(line) as { level?: number; msg?: string; hint?: string; err?: { message?: string } };
    const word = LEVELS[level ?? 0];
    if (!word) return undefined;
    const why = err?.message && err.message !== msg ? `: ${err.message}` : "";
    return `${styleText(level === 40 ? "yellow" : "red", word)} ${msg ?? ""}${why}${hint ? ` ${hint}` : ""}`;
  } catch {
    return stream === "stderr" && line.trim() !== "" ? line : undefined;
  }
}
