import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { z } from "zod";
import { newId } from "@/lib/base/ids";
import type { Database, Transaction } from "../database/client";
import { CHANNELS } from "../database/notify";
import type { Secrets } from "../secrets";

/** The key that tokens are signed with now. Ed25519 (RFC 8032, RFC 8037). */
export interface Signer {
  kid: string;
  sign(data: Uint8Array): Buffer;
}

const publicJwkSchema = z.object({ kty: z.literal("OKP"), crv: z.literal("Ed25519"), x: z.string().length(43) });

/** Unwrapped once per process: keys never change under their `kid`. */
const unwrapped = new WeakMap<Secrets, Map<string, Signer>>();

/** The newest key that is not retired; makes the first one. One winner when several processes start at once. */
export async function ensureSigningKey(database: Database, secrets: Secrets): Promise<Signer> {
  return database.prisma.$transaction(async (tx) => {
    const known = await currentSigner(tx, secrets);
    if (known) return known;
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtext('sallyport.signing_key'))`;
    const madeMeanwhile = await currentSigner(tx, secrets);
    if (madeMeanwhile) return madeMeanwhile;
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const kid = newId("signingKey");
    const privateWrapped = secrets.wrap(privateKey.export({ format: "der", type: "pkcs8" }));
    await tx.signingKey.create({ data: { kid, publicJwk: publicJwkSchema.parse(publicKey.export({ format: "jwk" })), privateWrapped } });
    // An empty list: brokers read keys and revocations again.
    await tx.$executeRaw`select pg_notify(${CHANNELS.tokenRevoked}, '[]')`;
    return remember(secrets, kid, privateKey);
  });
}

/** Undefined when there is no key yet. */
export async function currentSigner(tx: Pick<Transaction, "signingKey">, secrets: Secrets): Promise<Signer | undefined> {
  const row = await tx.signingKey.findFirst({ where: { retiredAt: null }, orderBy: [{ createdAt: "desc" }, { kid: "desc" }] });
  if (!row) return undefined;
  const known = unwrapped.get(secrets)?.get(row.kid);
  return known ?? remember(secrets, row.kid, createPrivateKey({ key: secrets.unwrap(row.privateWrapped), format: "der", type: "pkcs8" }));
}

function remember(secrets: Secrets, kid: string, key: KeyObject): Signer {
  const signer: Signer = { kid, sign: (data) => sign(null, data, key) };
  const keys = unwrapped.get(secrets) ?? new Map<string, Signer>();
  unwrapped.set(secrets, keys.set(kid, signer));
  return signer;
}

/** Public keys by `kid`, retired ones included: their tokens hold until they expire. Plain pg: the broker calls it. */
export async function loadVerificationKeys(pool: Pick<Database["pool"], "query">): Promise<Map<string, KeyObject>> {
  const { rows } = await pool.query<{ kid: string; public_jwk: unknown }>("select kid, public_jwk from signing_key");
  return new Map(rows.map(({ kid, public_jwk }) => [kid, createPublicKey({ key: publicJwkSchema.parse(public_jwk), format: "jwk" })]));
}

/** The JWK set (RFC 7517) behind `/.well-known/jwks.json`, for EMQX and everybody else who verifies our tokens. */
export async function jwks(database: Database): Promise<{ keys: Record<string, string>[] }> {
  const rows = await database.prisma.signingKey.findMany({ orderBy: { createdAt: "asc" } });
  return { keys: rows.map(({ kid, publicJwk }) => ({ ...publicJwkSchema.parse(publicJwk), kid, alg: "EdDSA", use: "sig" })) };
}
