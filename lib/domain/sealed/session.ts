import { base64url } from "jose";
import { z } from "zod";
import { thumbprintOf } from "@/lib/protocol/sealed/root-signature";
import { type ChainRefusal, readChain, type SealedChain, type SeenChain } from "./chain";
import { fleetKeyCheck, openSealed } from "./fleet-key";
import type { VaultView } from "./sealed-view";
import { type PrivateKey, privateKeySchema } from "./vault";

/** What an operator holds who is unlocked. It stays in the memory of whoever made it. */
export interface SealedSession {
  fleet: string;
  operator: string;
  chain: SealedChain;
  fleetKeys: ReadonlyMap<number, Uint8Array>;
  /** Undefined: this operator reads and signs nothing. */
  root: PrivateKey | undefined;
}

export type SessionRefusal = ChainRefusal | "not_admitted" | "wrong_fleet_key";
type SessionRead = { ok: true; session: SealedSession } | { ok: false; reason: SessionRefusal };

interface Given {
  fleet: string;
  operator: string;
  privateKey: PrivateKey;
  statements: readonly string[];
  /** The root thumbprint that this operator has compared, or has seen before. */
  root: string;
  seen: SeenChain | undefined;
  wraps: VaultView["wraps"];
  rootWrap: string | null;
}

const wrappedSchema = z.object({ key: z.string().regex(/^[A-Za-z0-9_-]{43}$/) });

/** Nothing that the server says is believed: the chain is verified, and each key must be the one that the chain speaks of. */
export async function openSession({ fleet, operator, privateKey, statements, root, seen, wraps, rootWrap }: Given): Promise<SessionRead> {
  const read = await readChain(statements, fleet, root, seen);
  if (!read.ok) return { ok: false, reason: read.reason };
  const { chain } = read;
  if (chain.operators.get(operator)?.thumbprint !== (await thumbprintOf(privateKey))) return { ok: false, reason: "not_admitted" };
  const fleetKeys = new Map<number, Uint8Array>();
  for (const { version, jwe } of wraps) {
    const wrapped = wrappedSchema.safeParse(await openSealed(privateKey, jwe)).data;
    const key = wrapped && base64url.decode(wrapped.key);
    if (!key || (await fleetKeyCheck(key, fleet, version)) !== chain.checks.get(version)) return { ok: false, reason: "wrong_fleet_key" };
    fleetKeys.set(version, key);
  }
  return { ok: true, session: { fleet, operator, chain, fleetKeys, root: rootWrap === null ? undefined : await openRoot(privateKey, rootWrap, root) } };
}

/** A root key of another thumbprint is none: what it would sign nobody believes. */
async function openRoot(privateKey: PrivateKey, jwe: string, root: string): Promise<PrivateKey | undefined> {
  const key = privateKeySchema.safeParse(await openSealed(privateKey, jwe)).data;
  return key && (await thumbprintOf(key)) === root ? key : undefined;
}
