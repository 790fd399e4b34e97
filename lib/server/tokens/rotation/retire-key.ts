import { SallyportError } from "@/lib/base/errors";
import type { Retired } from "@/lib/domain/tokens/signing-key-view";
import { CHANNELS } from "../../database/notify";
import { inTransaction, type WriteContext } from "../../verb";
import { awaitCut } from "../await-cut";
import { markRevoked, recordRevocation } from "../revocations/record-revocation";
import { auditInEveryFleet } from "./installation";
import { type SignedToken, tokensSignedBy } from "./signed-tokens";

/** In one transaction. */
const MOST = 50_000;

/**
 * Ends a key, inside a verb's transaction that holds the lock of the keys and has asked `retirementProblem`: its private part is destroyed, its
 * tokens are revoked with a receipt per fleet, and brokers neither take nor keep anything that it signed, whether or not its row is known.
 */
export async function retireKey(ctx: WriteContext, { kid, reason, expectedTokens }: { kid: string; reason: string; expectedTokens: number }): Promise<Retired> {
  // Waits for grants that are under way with it; none begins any more.
  await ctx.tx.signingKey.update({ where: { kid }, data: { retiredAt: ctx.now, privateWrapped: null } });
  const signed = await tokensSignedBy(ctx.tx, kid, ctx.now, { lock: true });
  const granted = signed.filter(({ renewed }) => !renewed);
  if (granted.length !== expectedTokens) throw otherCount(granted.length, expectedTokens);
  if (granted.length > MOST) throw tooMany();
  const revocations = await revokeByFleet(ctx, granted, { kid, reason });
  const renewed = await markRevoked(ctx, idsOf(signed.filter((token) => token.renewed)), reason);
  if (renewed.length > 0) ctx.afterCommit(() => awaitCut(ctx.database, { tokenIds: idsOf(renewed) }));
  await ctx.tx.$executeRaw`select pg_notify(${CHANNELS.tokenRevoked}, ${JSON.stringify({ retiredKey: kid })})`;
  await auditInEveryFleet(ctx, (fleetId) => {
    const { revocationId, tokens = 0 } = revocations.find((one) => one.fleetId === fleetId) ?? {};
    const after = { reason, tokens, ...(revocationId ? { revocationId } : {}), privateKeyDestroyed: true };
    return { action: "signing_key.retired", objectKind: "signing_key", objectId: kid, after };
  });
  return { kid, tokens: granted.length, revocations };
}

async function revokeByFleet(
  ctx: WriteContext,
  granted: readonly SignedToken[],
  { kid, reason }: { kid: string; reason: string },
): Promise<Retired["revocations"]> {
  const revocations: Retired["revocations"] = [];
  for (const fleetId of new Set(granted.map((token) => token.fleetId ?? ""))) {
    const tokenIds = idsOf(granted.filter((token) => token.fleetId === fleetId));
    const recorded = await recordRevocation(inTransaction({ ...ctx, fleetId }, ctx.tx), { tokenIds, selector: { kid }, reason });
    if (recorded) revocations.push({ fleetId, revocationId: recorded.revocationId, tokens: recorded.tokens.length });
  }
  return revocations;
}

const idsOf = (tokens: readonly { id: string }[]): string[] => tokens.map(({ id }) => id);

function otherCount(count: number, expected: number): SallyportError {
  const tokens = `${count.toLocaleString("en")} ${count === 1 ? "token" : "tokens"}`;
  return new SallyportError("conflict", `This would revoke ${tokens} now, not ${expected.toLocaleString("en")}.`, {
    hint: `Look again at what the key has signed; to go on, send expectedTokens: ${count}.`,
    fields: [{ path: "expectedTokens", message: String(count) }],
  });
}

function tooMany(): SallyportError {
  return new SallyportError("too_large", `More than ${MOST.toLocaleString("en")} tokens of this key hold; that many are not revoked at once.`, {
    hint: "Revoke a part of them first, fleet by fleet: the selector of a revocation may be the kid.",
  });
}
