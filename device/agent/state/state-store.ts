import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { z } from "zod";
import { stateDocumentSchema } from "@/lib/protocol/state";

const storedSchema = z.object({ version: z.number().int().min(0), desired: stateDocumentSchema, number: z.number().int().min(0) });
/** What this device was last told to be, and the number of its last sealed report. */
export type StoredState = z.output<typeof storedSchema>;

export interface StateStore {
  read(): StoredState;
  write(state: StoredState): void;
}

const NOTHING: StoredState = { version: 0, desired: {}, number: 0 };

/** A file that is replaced as a whole. One that is gone or cannot be read is no harm: the platform sends all of it again. */
export function fileStateStore(file: string): StateStore {
  return {
    read() {
      try {
        return storedSchema.parse(JSON.parse(readFileSync(file, "utf8")));
      } catch {
        return NOTHING;
      }
    },
    write(state) {
      const descriptor = openSync(`${file}.new`, "w", 0o600);
      writeSync(descriptor, JSON.stringify(state));
      fsyncSync(descriptor);
      closeSync(descriptor);
      renameSync(`${file}.new`, file);
    },
  };
}

/** For a device without a disk: it asks anew at each start. */
export function memoryStateStore(): StateStore {
  let stored = NOTHING;
  return {
    read: () => stored,
    write(state) {
      stored = state;
    },
  };
}
