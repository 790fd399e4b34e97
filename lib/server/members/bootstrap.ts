import type { Clock } from "@/lib/base/clock";
import type { Env } from "@/lib/base/env";
import { newId } from "@/lib/base/ids";
import { emailSchema } from "@/lib/domain/members/member-view";
import type { Context } from "@/lib/server/context";
import type { Database, Transaction } from "@/lib/server/database/client";
import type { Secrets } from "@/lib/server/secrets";
import { ensureSigningKey } from "@/lib/server/tokens";
import { inTransaction, type WriteContext } from "@/lib/server/verb";
import { ADMIN_LOCK, hasAdmin } from "./first-admin";
import { hashPassword } from "./password";
import { makeSetupLink } from "./setup-link";

export interface Bootstrapped {
  /** One-time link for the first administrator; null when there is an administrator. */
  setupUrl: string | null;
  /** The oldest fleet. */
  fleetId: string;
}

/**
 * Everything an empty installation needs before anybody can sign in. Safe to repeat at each start and from several
 * processes: what is there stays as people have changed it.
 */
export async function bootstrap(start: { env: Env; database: Database; secrets: Secrets; clock: Clock }): Promise<Bootstrapped> {
  await ensureSigningKey(start.database, start.secrets);
  const passwordHash = start.env.ADMIN_PASSWORD === undefined ? undefined : await hashPassword(start.env.ADMIN_PASSWORD);
  return start.database.prisma.$transaction(async (tx) => {
    await tx.$executeRaw`select pg_advisory_xact_lock(${ADMIN_LOCK})`;
    const fleetId = (await oldestFleet(tx)) ?? (await makeFleet(tx, start.env.FLEET_NAME));
    const base: Context = { ...start, actor: { kind: "system", id: "bootstrap", name: "First start" }, fleetId, via: "setup", requestId: newId("request") };
    const ctx = inTransaction(base, tx);
    if (start.env.ADMIN_EMAIL !== undefined && passwordHash !== undefined) await ensureAdmin(ctx, start.env.ADMIN_EMAIL, passwordHash);
    if (await hasAdmin(tx)) return { setupUrl: null, fleetId };
    const { url } = await makeSetupLink(tx, start.env, { now: ctx.now });
    return { setupUrl: url, fleetId };
  });
}

async function oldestFleet(tx: Transaction): Promise<string | undefined> {
  const fleet = await tx.fleet.findFirst({ orderBy: [{ createdAt: "asc" }, { id: "asc" }], select: { id: true } });
  return fleet?.id;
}

/** With the profile that devices get when none is named, and the rule that nearly everybody wants. Both may be changed or removed. */
async function makeFleet(tx: Transaction, name: string): Promise<string> {
  const { id } = await tx.fleet.create({
    data: {
      id: newId("fleet"),
      name,
      profiles: { create: { id: newId("profile"), name: "default", reportingIntervalSeconds: 60 } },
      alertRules: { create: { id: newId("alertRule"), name: "Device offline", kind: "offline", holdSeconds: 60, severity: "warning" } },
    },
    select: { id: true },
  });
  return id;
}

/** A user of that e-mail who is there already keeps password and role, so that a dismissed one does not come back. */
async function ensureAdmin(ctx: WriteContext, adminEmail: string, passwordHash: string): Promise<void> {
  const email = emailSchema.parse(adminEmail);
  if (await ctx.tx.user.count({ where: { email } })) return;
  const user = await ctx.tx.user.create({
    data: {
      id: newId("user"),
      email,
      name: email.slice(0, email.indexOf("@")),
      passwordHash,
      memberships: { create: { fleetId: ctx.fleetId, role: "admin" } },
    },
  });
  await ctx.audit({ action: "member.added", objectKind: "user", objectId: user.id, after: { email, role: "admin", first: true } });
}
