import { createHash, randomBytes } from "node:crypto";
import { type Env, publicUrl } from "@/lib/base/env";
import type { Transaction } from "@/lib/server/database/client";

const HOURS_FIRST_ADMIN = 24;
const HOURS_MEMBER = 72;

export const setupLinkDigest = (token: string): string => createHash("sha256").update(token).digest("hex");

/**
 * Makes a one-time link to choose a password: for a member, or (without `userId`) for the first administrator. Earlier
 * unused links of the same kind end. Only a digest is kept, so the address is answered here and never again.
 */
export async function makeSetupLink(tx: Transaction, env: Env, { userId, now }: { userId?: string; now: Date }): Promise<{ url: string; expiresAt: Date }> {
  const token = randomBytes(32).toString("base64url");
  const hours = userId === undefined ? HOURS_FIRST_ADMIN : HOURS_MEMBER;
  const expiresAt = new Date(now.getTime() + hours * 3_600_000);
  await tx.setupLink.updateMany({ where: { userId: userId ?? null, usedAt: null, expiresAt: { gt: now } }, data: { expiresAt: now } });
  await tx.setupLink.create({ data: { digest: setupLinkDigest(token), userId: userId ?? null, createdAt: now, expiresAt } });
  return { url: `${publicUrl(env)}/setup?token=${token}`, expiresAt };
}
