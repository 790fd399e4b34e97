import { base64url } from "jose";
import { z } from "zod";
import { type AgreementKey, agreementKeySchema } from "@/lib/protocol/key-exchange";
import { type RootPrivateKey, readSigned, signByRoot, thumbprintOf } from "@/lib/protocol/sealed/root-signature";
import { segmentSchema } from "@/lib/protocol/segments";

const digest = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const number = z.number().int().min(1).max(999_999_999);

/** What the admins of a sealed fleet say, one after the other. `signs`: this operator was given the root key, too. */
const saysSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("opened"), rootKey: agreementKeySchema }),
  z.strictObject({ kind: z.literal("operator_admitted"), operator: segmentSchema, key: agreementKeySchema, signs: z.boolean() }),
  z.strictObject({ kind: z.literal("operator_removed"), operator: segmentSchema }),
  /** A new fleet key. `check` is derived from it, so that nobody can hand out another one under its number. */
  z.strictObject({ kind: z.literal("fleet_key"), version: number, check: digest }),
  /** Device ids with the thumbprints of their public keys. */
  z.strictObject({
    kind: z.literal("devices_signed"),
    devices: z
      .array(z.tuple([segmentSchema, digest]))
      .min(1)
      .max(500),
  }),
]);
export type Says = z.output<typeof saysSchema>;

const statementSchema = z.strictObject({
  fleet: segmentSchema,
  /** 1, 2, 3 ... and the digest of the statement before; empty for the first. */
  n: number,
  prev: z.union([digest, z.literal("")]),
  at: z.iso.datetime(),
  says: saysSchema,
});

/** Why a chain is not believed. */
export const CHAIN_REFUSALS = {
  malformed: "A statement is none of this chain.",
  bad_signature: "A statement is not signed by the fleet root key.",
  other_root: "A statement is signed by another fleet root key.",
  other_fleet: "A statement is of another fleet.",
  broken_chain: "A statement does not follow the one before it: one is missing, repeated or exchanged.",
  rolled_back: "Statements that this browser has seen before are missing or differ.",
  not_sensible: "A statement contradicts those before it.",
} as const;
export type ChainRefusal = keyof typeof CHAIN_REFUSALS;

export interface AdmittedOperator {
  key: AgreementKey;
  thumbprint: string;
  signs: boolean;
}

/** What a chain of statements comes to. */
export interface SealedChain {
  readonly fleet: string;
  /** Thumbprint of the root key. */
  readonly root: string;
  readonly n: number;
  /** Digest of the newest statement. */
  readonly head: string;
  readonly operators: ReadonlyMap<string, AdmittedOperator>;
  /** Thumbprints of public keys by device. */
  readonly devices: ReadonlyMap<string, string>;
  /** Newest version of the fleet key, 0: none; and the check of each. */
  readonly version: number;
  readonly checks: ReadonlyMap<number, string>;
}

export const emptyChain = (fleet: string, root: string): SealedChain => ({
  fleet,
  root,
  n: 0,
  head: "",
  operators: new Map(),
  devices: new Map(),
  version: 0,
  checks: new Map(),
});

export type ChainRead = { ok: true; chain: SealedChain } | { ok: false; reason: ChainRefusal; at: number };

/** The next statement of a chain, signed. */
export function signStatement(root: RootPrivateKey, { fleet, n, head }: Pick<SealedChain, "fleet" | "n" | "head">, at: string, says: Says): Promise<string> {
  return signByRoot(root, "sallyport-sealed-statement", { fleet, n: n + 1, prev: head, at, says });
}

/**
 * Goes on from `chain` with these statements, in order. Each must be signed under the root, of this fleet, numbered without a gap
 * and linked to the one before; what does not fit stops the whole.
 */
export async function extendChain(chain: SealedChain, statements: readonly string[]): Promise<ChainRead> {
  let current = chain;
  for (const text of statements) {
    const refuse = (reason: ChainRefusal): ChainRead => ({ ok: false, reason, at: current.n + 1 });
    const read = await readSigned(text, "sallyport-sealed-statement", chain.root, statementSchema);
    if (!read.ok) return refuse(read.reason);
    const { fleet, n, prev, says } = read.said;
    if (fleet !== chain.fleet) return refuse("other_fleet");
    if (n !== current.n + 1 || prev !== current.head) return refuse("broken_chain");
    const next = await apply(current, says);
    if (!next) return refuse("not_sensible");
    current = { ...next, n, head: await statementDigest(text) };
  }
  return { ok: true, chain: current };
}

/** What was seen of a chain before: it may have grown since, and nothing else. */
export interface SeenChain {
  root: string;
  n: number;
  head: string;
}

/** A whole chain, as somebody who has seen `seen` of it believes it; without, the root key is what the caller has compared. */
export async function readChain(statements: readonly string[], fleet: string, root: string, seen?: SeenChain): Promise<ChainRead> {
  if (seen && seen.root !== root) return { ok: false, reason: "other_root", at: 1 };
  if (seen && statements.length < seen.n) return { ok: false, reason: "rolled_back", at: statements.length + 1 };
  const before = await extendChain(emptyChain(fleet, root), statements.slice(0, seen?.n ?? 0));
  if (!before.ok) return before;
  if (seen && before.chain.head !== seen.head) return { ok: false, reason: "rolled_back", at: seen.n };
  return extendChain(before.chain, statements.slice(seen?.n ?? 0));
}

async function apply(chain: SealedChain, says: Says): Promise<SealedChain | undefined> {
  if ((says.kind === "opened") !== (chain.n === 0)) return undefined;
  switch (says.kind) {
    case "opened":
      return (await thumbprintOf(says.rootKey)) === chain.root ? chain : undefined;
    case "operator_admitted": {
      const { operator, key, signs } = says;
      return { ...chain, operators: new Map(chain.operators).set(operator, { key, signs, thumbprint: await thumbprintOf(key) }) };
    }
    case "operator_removed": {
      const operators = new Map(chain.operators);
      return operators.delete(says.operator) ? { ...chain, operators } : undefined;
    }
    case "fleet_key":
      return says.version > chain.version ? { ...chain, version: says.version, checks: new Map(chain.checks).set(says.version, says.check) } : undefined;
    case "devices_signed":
      return { ...chain, devices: new Map([...chain.devices, ...says.devices]) };
  }
}

/** Over what is signed, not over the signature, which has more than one spelling. */
async function statementDigest(text: string): Promise<string> {
  const signed = text.slice(0, text.lastIndexOf("."));
  return base64url.encode(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(signed))));
}
