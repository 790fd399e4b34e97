import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { SallyportError } from "@/lib/base/errors";
import { agreementKeySchema } from "@/lib/protocol/key-exchange";

const storedSchema = z.object({
  /** The device's own key pair (JWK). It never leaves the device. */
  privateKey: agreementKeySchema.extend({ d: z.string() }),
  /** Content keys, oldest first. `confirmed`: the platform knows that we have it. `signed`: under the fleet root key. */
  contentKeys: z.array(z.object({ version: z.number().int(), key: z.string(), confirmed: z.boolean(), signed: z.boolean().optional() })),
  /** Thumbprint of the fleet root key, once one was named: from then on nothing but what it signed is taken. */
  root: z.string().optional(),
});
export type StoredKeys = z.output<typeof storedSchema>;

/** Where a device keeps its keys. */
export interface KeyStore {
  /** Undefined: nothing was stored yet. */
  read(): StoredKeys | undefined;
  /** Durable when it returns. */
  write(keys: StoredKeys): void;
}

/** A file of mode 0600, replaced as a whole and synced. Throws `configuration` when it is there and cannot be read: keys are never made anew over it. */
export function fileKeyStore(file: string): KeyStore {
  return {
    read() {
      let text: string;
      try {
        text = readFileSync(file, "utf8");
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw unreadable(file, error);
      }
      try {
        return storedSchema.parse(JSON.parse(text));
      } catch (error) {
        throw unreadable(file, error);
      }
    },
    write(keys) {
      mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
      const descriptor = openSync(`${file}.new`, "w", 0o600);
      writeSync(descriptor, JSON.stringify(keys));
      fsyncSync(descriptor);
      closeSync(descriptor);
      renameSync(`${file}.new`, file);
    },
  };
}

function unreadable(file: string, cause: unknown): SallyportError {
  return new SallyportError("configuration", `The keys of this device cannot be read: ${file}.`, {
    hint: "Restore it from your backup. If it is lost, remove it: the device makes a new key pair, which somebody has to accept in the console.",
    cause,
  });
}
