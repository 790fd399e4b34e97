import { assembleReceipt, maySettle, saysTheSame } from "@/lib/domain/tokens/receipt";
import type { Secrets } from "../../secrets";
import type { StepContext } from "../../step";
import { currentSigner } from "../signing-keys";
import { loadReceiptFacts, type RevocationRecord } from "./load-revocation";
import { readReceipt, signReceipt } from "./sign-receipt";
import { addSlippedIn } from "./snapshot-sessions";

/** After it was settled, so long a session that was recorded late is still looked for, ... */
const LATE_MS = 30_000;
/** ... and so long the end of one that was not cut. */
const GIVE_UP_MS = 7 * 86_400_000;
/** Settled ones change rarely. */
const SETTLED_EVERY_MS = 2_000;
const AT_ONCE = 50;

interface Settling extends StepContext {
  secrets: Secrets;
  /** When the last look began that each broker without session records of its own has had; undefined when there is none. */
  lookedAt(): Date | undefined;
}

const UNSETTLED = "settled_at is null";
const LATE_OR_OPEN = "settled_at is not null and (at > $1 or (at > $2 and id in (select revocation_id from revoked_session where cut_at is null)))";

/**
 * Takes the ends of sessions over from the brokers' records, and signs the receipt of every revocation that is settled: first when all
 * is known or patience is over, again when a session was cut after that. Any number of workers may do it. Answers the ids signed.
 */
export function revocationSettler(ctx: Settling): () => Promise<string[]> {
  let lookAt = 0;
  return async () => {
    const now = ctx.clock.now();
    const signed = await settleAll(ctx, now, UNSETTLED, []);
    if (now.getTime() < lookAt) return signed;
    lookAt = now.getTime() + SETTLED_EVERY_MS;
    const since = [LATE_MS, GIVE_UP_MS].map((ms) => new Date(now.getTime() - ms));
    return [...signed, ...(await settleAll(ctx, now, LATE_OR_OPEN, since))];
  };
}

async function settleAll(ctx: Settling, now: Date, which: string, values: readonly Date[]): Promise<string[]> {
  const { rows } = await ctx.database.pool.query<RevocationRecord>(
    `select id, fleet_id as "fleetId", at, actor_kind as "actorKind", actor_id as "actorId", actor_name as "actorName", reason, selector,
            settled_at as "settledAt", receipt, receipt_version as "receiptVersion"
     from revocation where ${which} order by at desc limit ${AT_ONCE}`,
    [...values],
  );
  const signed: string[] = [];
  for (const row of rows) if (await settle(ctx, row, now)) signed.push(row.id);
  return signed;
}

async function settle({ database: { pool, prisma }, secrets, log, lookedAt }: Settling, row: RevocationRecord, now: Date): Promise<boolean> {
  if (row.settledAt === null || now.getTime() - row.at.getTime() < LATE_MS) await addSlippedIn(pool, row.id, row.at);
  await pool.query(
    `update revoked_session k set cut_at = s.disconnected_at, end_reason = s.disconnect_reason from session s
     where k.revocation_id = $1 and k.cut_at is null and s.number = k.session_number and k.session_number > 0 and s.disconnected_at is not null`,
    [row.id],
  );
  const facts = await loadReceiptFacts(pool, row);
  const open = facts.sessions.filter(({ cutAt }) => cutAt === null).length;
  if (row.settledAt === null && !maySettle({ at: row.at, now, open, lookedAt: lookedAt() })) return false;
  const version = row.receiptVersion + 1;
  const receipt = assembleReceipt(facts, { version, now });
  if (row.receipt !== null && saysTheSame(readReceipt(row.receipt), receipt)) return false;
  const signer = await currentSigner(prisma, secrets, now);
  if (!signer) return false;
  const { rowCount } = await pool.query(
    "update revocation set receipt = $2, receipt_version = $3, settled_at = coalesce(settled_at, $4) where id = $1 and receipt_version = $5",
    [row.id, signReceipt(receipt, signer), version, now, row.receiptVersion],
  );
  if (rowCount === 1) log.info({ revocation: row.id, version, ...receipt.summary }, "signed the receipt of a revocation");
  return rowCount === 1;
}
