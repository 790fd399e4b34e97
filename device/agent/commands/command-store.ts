import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { commandAnswerSchema } from "@/lib/protocol/command";

const storedSchema = z.array(
  z.object({
    id: z.string(),
    /** Until then the same id may come again. */
    expiresAt: z.iso.datetime(),
    answer: commandAnswerSchema,
    /** The platform has it. */
    acknowledged: z.boolean(),
  }),
);
export type StoredCommand = z.output<typeof storedSchema>[number];

/** Where a device keeps which commands it has begun, and what it has to say of them. */
export interface CommandStore {
  read(): StoredCommand[];
  /** Durable when it returns. */
  write(commands: readonly StoredCommand[]): void;
}

/** A file, replaced as a whole and synced. One that cannot be read counts as empty: what is in it can be sent again at worst. */
export function fileCommandStore(file: string): CommandStore {
  return {
    read() {
      try {
        return storedSchema.parse(JSON.parse(readFileSync(file, "utf8")));
      } catch {
        return [];
      }
    },
    write(commands) {
      mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
      const descriptor = openSync(`${file}.new`, "w", 0o600);
      writeSync(descriptor, JSON.stringify(commands));
      fsyncSync(descriptor);
      closeSync(descriptor);
      renameSync(`${file}.new`, file);
    },
  };
}

/** For a device without a disk: it forgets with its end. */
export function memoryCommandStore(): CommandStore {
  let kept: StoredCommand[] = [];
  return {
    read: () => kept,
    write(commands) {
      kept = [...commands];
    },
  };
}
