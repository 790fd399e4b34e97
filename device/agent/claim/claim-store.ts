import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { SallyportError } from "@/lib/base/errors";
import { identityKeySchema } from "@/lib/protocol/claim";

const storedClaimSchema = z.object({
  code: z.string(),
  host: z.string(),
  port: z.number().int(),
  /** The device's identity key pair (JWK). It never leaves the device. */
  identityKey: identityKeySchema.extend({ d: z.string() }),
  /** What it was given. It is used from the moment that it stands here. */
  given: z.object({ device: z.string(), fleet: z.string(), name: z.string(), token: z.string(), tokenId: z.string() }).optional(),
  /** The token that takes its place, while the platform has not heard that it stands here (device/agent/renewal). */
  next: z.object({ token: z.string(), tokenId: z.string() }).optional(),
  /** Thumbprint of the fleet root key that came with the code. */
  fleetRoot: z.string().optional(),
  /** The platform has heard that it stands here. */
  done: z.boolean(),
});
export type StoredClaim = z.output<typeof storedClaimSchema>;
export type GivenClaim = StoredClaim & { given: NonNullable<StoredClaim["given"]> };

const fileOf = (folder: string) => path.join(folder, "claim.json");

/** Undefined: this folder was never claimed with. Throws `configuration` when the file is there and cannot be read: keys are never made anew over it. */
export function readStoredClaim(folder: string): StoredClaim | undefined {
  let text: string;
  try {
    text = readFileSync(fileOf(folder), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw unreadable(folder, error);
  }
  try {
    return storedClaimSchema.parse(JSON.parse(text));
  } catch (error) {
    throw unreadable(folder, error);
  }
}

/** Mode 0600, replaced as a whole. When it returns, a power cut does not take it any more. */
export function writeStoredClaim(folder: string, claim: StoredClaim): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = fileOf(folder);
  const descriptor = openSync(`${file}.new`, "w", 0o600);
  writeSync(descriptor, JSON.stringify(claim));
  fsyncSync(descriptor);
  closeSync(descriptor);
  renameSync(`${file}.new`, file);
  const directory = openSync(folder, "r");
  fsyncSync(directory);
  closeSync(directory);
}

function unreadable(folder: string, cause: unknown): SallyportError {
  return new SallyportError("configuration", `What this device claimed with cannot be read: ${fileOf(folder)}.`, {
    hint: "Restore it from your backup. If it is lost, remove it and claim again: somebody has to agree to the new key in the console.",
    cause,
  });
}
