import { readFileSync, writeFileSync } from "node:fs";
import { SallyportError } from "@/lib/base/errors";

/** Writes a file that is not there yet, for its owner only. What is there is never written over. */
export function writeNewFile(file: string, content: string | Uint8Array): void {
  try {
    writeFileSync(file, content, { flag: "wx", mode: 0o600 });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "EEXIST") throw new SallyportError("conflict", `${file} is there already.`, { hint: "Name a new file: nothing is written over." });
    throw new SallyportError("invalid_input", `${file} cannot be written${code ? ` (${code})` : ""}.`, {
      hint: "Name a file in a folder that you may write to.",
    });
  }
}

export function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new SallyportError("invalid_input", `Cannot read ${file}.`);
  }
}

/** Its lines without blanks around them; empty ones left out. */
export function linesOf(file: string): string[] {
  return readText(file)
    .split(/\r?\n/)
    .flatMap((line) => line.trim() || []);
}
