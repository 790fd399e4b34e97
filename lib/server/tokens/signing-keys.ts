import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { z } from "zod";
import { SallyportError } from "@/lib/base/errors";
import { newId } from "@/lib/base/ids";
import { signerOf } from "@/lib/domain/tokens/signing-keys";
import type { Database, Transaction } from "../database/client";
import { CHANNELS } from "../database/notify";
import type { Secrets } from "../secrets";

/** The key that tokens are signed with now. Ed25519 (RFC 8032, RFC 8037). */
export interface Signer {
  kid: string;
  sign(data: Uint8Array): Buffer;
}

const publicJwkSchema = z.object({ kty: z.literal("OKP"), crv: z.literal("Ed25519"), x: z.string().length(43) });
/** What brokers are told of a key at once; anything else makes them read all keys. */
export const keyNewsSchema = z.union([z.object({ newKey: z.object({ kid: z.string(), jwk: publicJwkSchema }) }), z.object({ retiredKey: z.string() })]);

/** The present signer of a process, unwrapped. A key never changes under its `kid`, and Postgres is asked each time which one signs. */
const unwrapped = new WeakMap<Secrets, Signer>();

/** The key that signs now; makes the first one. One winner when several processes start at once. */
export async function ensureSigningKey(database: Database, secrets: Secrets): Promise<Signer> {
  return database.prisma.$transaction(async (tx) => {
    const now = new Date();
    const known = await currentSigner(tx, secrets, now);
    if (known) return known;
    await lockSigningKeys(tx);
    const madeMeanwhile = await currentSigner(tx, secrets, now);
    if (madeMeanwhile) return madeMeanwhile;
    await makeSigningKey(tx, secrets, { createdAt: now, signsFrom: now });
    const made = await currentSigner(tx, secrets, now);
    if (!made) throw new SallyportError("internal", "No signing key was made.");
    return made;
  });
}

/** Whoever changes the keys does it alone. */
export async function lockSigningKeys(tx: Transaction): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtext('sallyport.signing_key'))`;
}

/** Brokers know it with the commit. Answers its `kid`. */
export async function makeSigningKey(tx: Transaction, secrets: Secrets, times: { createdAt: Date; signsFrom: Date }): Promise<string> {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const kid = newId("signingKey");
  const jwk = publicJwkSchema.parse(publicKey.export({ format: "jwk" }));
  const privateWrapped = secrets.wrap(privateKey.export({ format: "der", type: "pkcs8" }));
  await tx.signingKey.create({ data: { kid, publicJwk: jwk, privateWrapped, ...times } });
  await tx.$executeRaw`select pg_notify(${CHANNELS.tokenRevoked}, ${JSON.stringify({ newKey: { kid, jwk } })})`;
  return kid;
}

/**
 * The key whose turn it is, by Postgres. It cannot be retired before the caller's transaction ends: whoever retires it then finds the
 * tokens. Undefined when there is no key yet.
 */
export async function currentSigner(tx: Pick<Transaction, "signingKey" | "$queryRaw">, secrets: Secrets, now: Date): Promise<Signer | undefined> {
  const keys = await tx.signingKey.findMany({ where: { retiredAt: null }, select: { kid: true, createdAt: true, signsFrom: true, retiredAt: true } });
  const turn = signerOf(keys, now);
  if (!turn) return undefined;
  const [row] = await tx.$queryRaw<{ wrapped: Uint8Array }[]>`
    select private_wrapped as wrapped from signing_key where kid = ${turn.kid} and retired_at is null for share`;
  // Retired since it was read: another one signs by now.
  if (!row) return currentSigner(tx, secrets, now);
  const known = unwrapped.get(secrets);
  if (known?.kid === turn.kid) return known;
  const key = createPrivateKey({ key: secrets.unwrap(row.wrapped), format: "der", type: "pkcs8" });
  const signer: Signer = { kid: turn.kid, sign: (data) => sign(null, data, key) };
  unwrapped.set(secrets, signer);
  return signer;
}

export interface VerificationKey {
  kid: string;
  key: KeyObject;
  retired: boolean;
}

/** All public keys there ever were. Plain pg: the broker calls it. */
export async function loadVerificationKeys(pool: Pick<Database["pool"], "query">): Promise<VerificationKey[]> {
  const { rows } = await pool.query<{ kid: string; jwk: unknown; retired: boolean }>(
    "select kid, public_jwk as jwk, retired_at is not null as retired from signing_key",
  );
  return rows.map(({ kid, jwk, retired }) => ({ kid, key: publicKeyOf(publicJwkSchema.parse(jwk)), retired }));
}

export function publicKeyOf(jwk: z.output<typeof publicJwkSchema>): KeyObject {
  return createPublicKey({ key: jwk, format: "jwk" });
}

/** A JWK set (RFC 7517). */
export interface KeySet {
  keys: Record<string, string | number>[];
}

/** The set behind `/.well-known/jwks.json`, for EMQX and everybody else who verifies our tokens: upcoming, signing and verifying keys. */
export async function jwks(database: Database): Promise<KeySet> {
  const rows = await database.prisma.signingKey.findMany({ where: { retiredAt: null }, orderBy: [{ signsFrom: "asc" }, { kid: "asc" }] });
  return { keys: rows.map(({ kid, publicJwk }) => ({ ...publicJwkSchema.parse(publicJwk), kid, alg: "EdDSA", use: "sig" })) };
}

/**
 * The set behind `/.well-known/receipt-keys.json`: retired keys too, as what they signed while they signed stays true. `exp` is when a key was
 * retired, in seconds since 1970: a receipt that says to be younger was not signed by us. (`iat`, `exp`: OpenID Federation, historical keys.)
 */
export async function receiptKeys(database: Database): Promise<KeySet> {
  const rows = await database.prisma.signingKey.findMany({ orderBy: [{ signsFrom: "asc" }, { kid: "asc" }] });
  return {
    keys: rows.map(({ kid, publicJwk, createdAt, retiredAt }) => ({
      ...publicJwkSchema.parse(publicJwk),
      kid,
      alg: "EdDSA",
      use: "sig",
      iat: seconds(createdAt),
      ...(retiredAt ? { exp: seconds(retiredAt) } : {}),
    })),
  };
}

const seconds = (date: Date) => Math.floor(date.getTime() / 1000);
