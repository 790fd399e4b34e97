import { randomBytes } from "node:crypto";
import { hash, verify } from "@node-rs/argon2";

/** Argon2id with OWASP's first choice of cost (19 MiB, 2 passes, 1 thread); the salt is the library's. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize("NFC"), COST);
}

let decoy: Promise<string> | undefined;

/** The same work whether there is a password to compare with or not, so that time does not tell who is a member. */
export async function passwordFits(password: string, passwordHash: string | null): Promise<boolean> {
  decoy ??= hashPassword(randomBytes(32).toString("base64"));
  const fits = await verify(passwordHash ?? (await decoy), password.normalize("NFC"));
  return fits && passwordHash !== null;
}
