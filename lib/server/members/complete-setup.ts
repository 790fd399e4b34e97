import { SallyportError } from "@/lib/base/errors";
import { newId } from "@/lib/base/ids";
import { completeSetupInputSchema } from "@/lib/domain/members/setup-view";
import type { Transaction } from "@/lib/server/database/client";
import { inTransaction, parseInput } from "@/lib/server/verb";
import { auditInFleetsOf } from "./audit-in-fleets";
import { setupLinkExpired } from "./check-setup-link";
import { endUserSessions } from "./end-user-session";
import { ADMIN_LOCK, hasAdmin } from "./first-admin";
import { hashPassword } from "./password";
import { setupLinkDigest } from "./setup-link";
import type { SignInContext } from "./sign-in";

/**
 * Uses a set-up link: makes the first administrator, or sets a member's password. Of any number of parallel tries with one
 * link exactly one wins; the others get `expired`. Answers the e-mail to sign in with.
 */
export async function completeSetup(door: Omit<SignInContext, "address" | "userAgent">, rawInput: unknown): Promise<{ email: string }> {
  const input = parseInput(completeSetupInputSchema, rawInput);
  const passwordHash = await hashPassword(input.password);
  const now = door.clock.now();
  return door.database.prisma.$transaction(async (tx) => {
    const used = await tx.setupLink.updateManyAndReturn({
      where: { digest: setupLinkDigest(input.token), usedAt: null, expiresAt: { gt: now } },
      data: { usedAt: now },
    });
    const link = used[0];
    if (!link) throw setupLinkExpired();
    if (link.userId !== null) return setMemberPassword(door, tx, { userId: link.userId, name: input.name, passwordHash });
    if (!input.email)
      throw new SallyportError("invalid_input", "email: An e-mail address is needed.", {
        fields: [{ path: "email", message: "An e-mail address is needed." }],
      });
    return makeFirstAdmin(door, tx, { email: input.email, name: input.name ?? nameFrom(input.email), passwordHash });
  });
}

async function setMemberPassword(
  door: Omit<SignInContext, "address" | "userAgent">,
  tx: Transaction,
  member: { userId: string; name?: string; passwordHash: string },
) {
  const user = await tx.user.findUniqueOrThrow({ where: { id: member.userId } });
  if (user.disabledAt) throw setupLinkExpired();
  await tx.user.update({ where: { id: user.id }, data: { passwordHash: member.passwordHash, ...(member.name === undefined ? {} : { name: member.name }) } });
  const ctx = { ...door, fleetId: "", actor: { kind: "user", id: user.id, name: user.name, roles: new Map() } } as const;
  await endUserSessions(ctx, tx, { userId: user.id }, "password set");
  await auditInFleetsOf(door, tx, user, "user.password_set", { with: "set-up link" });
  return { email: user.email };
}

async function makeFirstAdmin(
  door: Omit<SignInContext, "address" | "userAgent">,
  tx: Transaction,
  admin: { email: string; name: string; passwordHash: string },
) {
  await tx.$executeRaw`select pg_advisory_xact_lock(${ADMIN_LOCK})`;
  const fleet = await tx.fleet.findFirst({ orderBy: [{ createdAt: "asc" }, { id: "asc" }] });
  if (!fleet) throw new SallyportError("unavailable", "There is no fleet yet.", { hint: "Start the product once; it makes one." });
  if (await hasAdmin(tx)) throw new SallyportError("conflict", "There is an administrator already.", { hint: "Sign in, or ask that person to add you." });
  if (await tx.user.count({ where: { email: admin.email } })) throw new SallyportError("conflict", `There is a user ${admin.email} already.`);
  const user = await tx.user.create({ data: { id: newId("user"), ...admin, memberships: { create: { fleetId: fleet.id, role: "admin" } } } });
  const ctx = inTransaction({ ...door, fleetId: fleet.id, actor: { kind: "user", id: user.id, name: user.name, roles: new Map() } }, tx);
  await ctx.audit({ action: "member.added", objectKind: "user", objectId: user.id, after: { email: user.email, role: "admin", first: true } });
  return { email: user.email };
}

const nameFrom = (email: string): string => email.slice(0, email.indexOf("@"));
