import { X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { hostname } from "node:os";
import path from "node:path";
import { createSecureContext } from "node:tls";
import { generate } from "selfsigned";
import type { Env } from "@/lib/base/env";
import { SallyportError } from "@/lib/base/errors";

const DAY_MS = 24 * 3_600_000;
const AUTHORITY_DAYS = 3_650;
/** The longest that strict clients take for a server's certificate. */
const SERVER_DAYS = 825;
const RENEW_BEFORE_DAYS = 30;

export interface TlsFiles {
  cert: string;
  key: string;
}

/**
 * Paths of the certificate for MQTT over TLS: the one set by TLS_CERT and TLS_KEY, else a development one in DATA_DIR/tls,
 * signed by an authority of its own (`ca.crt`, which clients are given to trust). It is renewed when it nears its end or a name is missing.
 */
export async function ensureTlsFiles(
  env: Pick<Env, "DATA_DIR" | "TLS_CERT" | "TLS_KEY" | "MQTT_PUBLIC_HOST" | "MQTTS_HOST"> & Partial<Pick<Env, "TLS_CLIENT_CA">>,
  now: Date,
): Promise<TlsFiles> {
  if (env.TLS_CLIENT_CA !== undefined) checkAuthorities(env.TLS_CLIENT_CA);
  if (env.TLS_CERT && env.TLS_KEY) return ownFiles(env.TLS_CERT, env.TLS_KEY);
  const folder = path.join(env.DATA_DIR, "tls");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files = { cert: path.join(folder, "server.crt"), key: path.join(folder, "server.key") };
  const authority = { cert: path.join(folder, "ca.crt"), key: path.join(folder, "ca.key") };
  const names = namesFor(env);
  const freshAuthority = !existsSync(authority.cert) || !existsSync(authority.key);
  if (freshAuthority) await makeAuthority(authority, now);
  if (freshAuthority || !isGood(files.cert, names, now)) await makeServer(files, authority, names, now);
  return files;
}

/** One's own pair, looked at before anything starts: a broker that cannot open its TLS door would say so too late. */
function ownFiles(cert: string, key: string): TlsFiles {
  try {
    createSecureContext({ cert: readFileSync(cert), key: readFileSync(key) });
  } catch (cause) {
    throw new SallyportError("configuration", `TLS_CERT and TLS_KEY cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`, {
      hint: "They are paths of a certificate and its private key, both as PEM.",
      cause,
    });
  }
  return { cert: path.resolve(cert), key: path.resolve(key) };
}

function checkAuthorities(file: string): void {
  try {
    new X509Certificate(readFileSync(file));
  } catch (cause) {
    throw new SallyportError("configuration", `TLS_CLIENT_CA cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`, {
      hint: "It is the path of one or more certificates of authorities, as PEM.",
      cause,
    });
  }
}

function namesFor(env: Pick<Env, "MQTT_PUBLIC_HOST" | "MQTTS_HOST">): string[] {
  const given = [env.MQTT_PUBLIC_HOST, env.MQTTS_HOST].filter((name) => name !== undefined && name !== "0.0.0.0" && name !== "::");
  return [...new Set(["localhost", "127.0.0.1", "::1", hostname(), ...given])].filter((name) => name !== undefined);
}

function isGood(file: string, names: string[], now: Date): boolean {
  if (!existsSync(file)) return false;
  const certificate = new X509Certificate(readFileSync(file));
  const lasts = new Date(certificate.validTo).getTime() - now.getTime() > RENEW_BEFORE_DAYS * DAY_MS;
  return lasts && names.every((name) => (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name)));
}

const keys = { keyType: "ec", curve: "P-256", algorithm: "sha256" } as const;
const lifetime = (now: Date, days: number) => ({ notBeforeDate: new Date(now.getTime() - DAY_MS), notAfterDate: new Date(now.getTime() + days * DAY_MS) });

async function makeAuthority(files: TlsFiles, now: Date): Promise<void> {
  const made = await generate([{ name: "commonName", value: `Sallyport development authority (${hostname()})`.slice(0, 64) }], {
    ...keys,
    ...lifetime(now, AUTHORITY_DAYS),
    extensions: [
      { name: "basicConstraints", cA: true, pathLenConstraint: 0, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  write(files, made.cert, made.private);
}

async function makeServer(files: TlsFiles, authority: TlsFiles, names: string[], now: Date): Promise<void> {
  const made = await generate([{ name: "commonName", value: (names[0] ?? "localhost").slice(0, 64) }], {
    ...keys,
    ...lifetime(now, SERVER_DAYS),
    ca: { cert: readFileSync(authority.cert, "utf8"), key: readFileSync(authority.key, "utf8") },
    extensions: [
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", digitalSignature: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      { name: "subjectAltName", altNames: names.map((name) => (isIP(name) ? { type: 7, ip: name } : { type: 2, value: name })) },
    ],
  });
  write(files, made.cert, made.private);
}

/** The key first: a certificate that is there has its key. */
function write(files: TlsFiles, cert: string, key: string): void {
  for (const [file, text, mode] of [
    [files.key, key, 0o600],
    [files.cert, cert, 0o644],
  ] as const) {
    writeFileSync(`${file}.new`, text, { mode });
    renameSync(`${file}.new`, file);
  }
}
