import { notFound, SallyportError } from "@/lib/base/errors";
import { minutesInWords, type TokenPolicy } from "@/lib/domain/tokens/grant-policy";
import type { Transaction } from "../database/client";

const DAY_MINUTES = 1_440;
const DEFAULT_DAYS = 90;

export async function loadPolicy(tx: Pick<Transaction, "fleet">, fleetId: string): Promise<TokenPolicy> {
  const fleet = await tx.fleet.findUnique({ where: { id: fleetId } });
  if (!fleet) throw notFound("policy");
  const { tokenTtlMaxMinutes: maxMinutes, tokenFourEyes: fourEyes, tokenLongFromMinutes: longFromMinutes, homeGraceDays } = fleet;
  return { maxMinutes, fourEyes, longFromMinutes, homeGraceDays };
}

/** `field`: the input that named the lifetime. */
export function assertLifetime(policy: TokenPolicy, minutes: number, field: string): void {
  if (minutes <= policy.maxMinutes) return;
  const message = `Tokens of this fleet live ${minutesInWords(policy.maxMinutes)} at most.`;
  throw new SallyportError("invalid_input", message, { hint: "An admin sets this under Tokens, Approvals.", fields: [{ path: field, message }] });
}

/** Seconds that a device's default grant lives: as asked, else 90 days or the fleet's maximum. */
export async function deviceLifetime(tx: Pick<Transaction, "fleet">, fleetId: string, days: number | undefined, field: string): Promise<number> {
  const policy = await loadPolicy(tx, fleetId);
  const minutes = days === undefined ? Math.min(DEFAULT_DAYS * DAY_MINUTES, policy.maxMinutes) : days * DAY_MINUTES;
  assertLifetime(policy, minutes, field);
  return minutes * 60;
}
