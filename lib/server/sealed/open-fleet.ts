import { decodeProtectedHeader } from "jose";
import { SallyportError } from "@/lib/base/errors";
import type { SealedChain } from "@/lib/domain/sealed/chain";
import { RECOVERY, type SignedBatch } from "@/lib/domain/sealed/sealed-view";
import { agreementKeySchema } from "@/lib/protocol/key-exchange";
import { thumbprintOf } from "@/lib/protocol/sealed/root-signature";
import { endAlerts } from "../alerts/end-alerts";
import { watchForLeaks } from "../encryption/set-profile-encryption";
import type { WriteContext } from "../verb";
import { personOf } from "./custody";

/** The root key that a fleet's first statement brings along. Throws `conflict` when there is none. */
export async function rootOfFirst({ statements: [first] }: SignedBatch): Promise<string> {
  const key = first === undefined ? undefined : agreementKeySchema.safeParse(readHeader(first)).data;
  if (!key) throw new SallyportError("conflict", "This fleet is not sealed.", { hint: "Open it as a sealed fleet first." });
  return thumbprintOf(key);
}

function readHeader(jws: string): unknown {
  try {
    return decodeProtectedHeader(jws).jwk;
  } catch {
    return undefined;
  }
}

/**
 * Changes custody to `sealed`. From the commit on the server makes no content key for this fleet, takes nothing in the open, and
 * judges no value: rules on values are switched off. Answers how many.
 */
export async function openFleet(ctx: WriteContext, root: string, chain: SealedChain, { recovery }: SignedBatch): Promise<number> {
  const { tx, fleetId, now } = ctx;
  await checkReady(ctx, chain);
  if (!recovery) throw new SallyportError("invalid_input", "The recovery key is missing.");
  await tx.sealedFleet.create({ data: { fleetId, root, openedAt: now, openedBy: ctx.actor.name } });
  await tx.sealedOperator.create({ data: { fleetId, operator: RECOVERY, publicJwk: recovery.publicKey, vault: recovery.vault, askedAt: now } });
  await tx.profile.updateMany({ where: { fleetId }, data: { encryption: "required" } });
  await watchForLeaks(ctx);
  const rules = await tx.alertRule.findMany({ where: { fleetId, kind: "threshold", enabled: true }, select: { id: true, name: true } });
  await tx.alertRule.updateMany({ where: { id: { in: rules.map(({ id }) => id) } }, data: { enabled: false, updatedAt: now } });
  for (const { id } of rules) await endAlerts(ctx, { ruleId: id });
  await ctx.audit({ action: "sealed.opened", objectKind: "fleet", objectId: fleetId, after: { root, rulesSwitchedOff: rules.map(({ name }) => name) } });
  return rules.length;
}

async function checkReady(ctx: WriteContext, chain: SealedChain): Promise<void> {
  const { tx, fleetId } = ctx;
  const open = await tx.profile.findFirst({
    where: { fleetId, encryption: { not: "required" }, devices: { some: { lifecycle: "active" } } },
    select: { name: true },
  });
  if (open)
    throw new SallyportError("conflict", `Devices of profile ${open.name} may still send in the open.`, {
      hint: "Set it to required first, when all of its devices encrypt: what comes in the open is refused in a sealed fleet.",
    });
  if ((await tx.keyRotation.count({ where: { fleetId, state: { in: ["running", "paused", "halted"] } } })) > 0)
    throw new SallyportError("conflict", "A rotation of this fleet is not over.", { hint: "Let it finish, or roll it back." });
  const newest = await tx.contentKey.aggregate({ where: { fleetId }, _max: { version: true } });
  if (chain.version <= (newest._max.version ?? 0))
    throw new SallyportError("conflict", "A device was given a newer key meanwhile.", { hint: "Load the page again." });
  const me = chain.operators.get(personOf(ctx));
  if (!me?.signs || !chain.operators.get(RECOVERY)?.signs || chain.operators.size !== 2)
    throw new SallyportError("invalid_input", "A fleet is opened by one admin, with a recovery key.");
}
