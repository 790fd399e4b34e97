import { readFileSync } from "node:fs";
import type { SecureContextOptions, Server } from "node:tls";
import type { Logger } from "@/lib/base/log";

/** Paths, as PEM. With `clientCa` only who shows a certificate of one of these authorities gets to send a token at all. */
export interface TlsPaths {
  cert: string;
  key: string;
  clientCa?: string | undefined;
}

const LOOK_EVERY_MS = 5_000;

export function readTls({ cert, key, clientCa }: TlsPaths): SecureContextOptions & { cert: Buffer; key: Buffer } {
  return { cert: readFileSync(cert), key: readFileSync(key), ...(clientCa === undefined ? {} : { ca: readFileSync(clientCa) }), minVersion: "TLSv1.2" };
}

/**
 * Takes up a renewed certificate for new connections; those that are open stay. Looked at by content: tools that renew put links
 * and folders in place of files. What cannot be used (a half-written file, a key of another certificate) is said, and the old one kept.
 */
export function followTls(server: Server, paths: TlsPaths, { log, everyMs = LOOK_EVERY_MS }: { log: Logger; everyMs?: number | undefined }): void {
  let taken = fingerprint(readTls(paths));
  let refused = "";
  const look = () => {
    try {
      const next = readTls(paths);
      const found = fingerprint(next);
      if (found === taken || found === refused) return;
      refused = found;
      server.setSecureContext(next);
      taken = found;
      log.info("a renewed TLS certificate is in use");
    } catch (error) {
      log.warn({ problem: error instanceof Error ? error.message : String(error) }, "the TLS certificate cannot be used; the one before stays in use");
    }
  };
  const timer = setInterval(look, everyMs).unref();
  server.once("close", () => clearInterval(timer));
}

const fingerprint = ({ cert, key, ca }: SecureContextOptions): string => [cert, key, ca].map(String).join("|");
