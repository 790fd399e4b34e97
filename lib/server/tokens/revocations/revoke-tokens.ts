import { z } from "zod";
import { SallyportError } from "@/lib/base/errors";
import { revocationSelectorSchema } from "@/lib/domain/tokens/revocation-view";
import { writeVerb } from "../../verb";
import { recordRevocation } from "./record-revocation";
import { selectTokens } from "./select-tokens";

const input = z.object({
  selector: revocationSelectorSchema,
  reason: z.string().trim().min(1).max(200),
  /** The count that the caller has seen in the preview. Needed for more than one token. */
  expectedTokens: z.number().int().min(0).optional(),
});

/**
 * Takes back one token, or all of a device, a subject, a batch or a query, in one transaction. What is revoked is exactly what was
 * counted: another number than expected is a conflict, and nothing happens. Answers when embedded brokers have cut.
 */
export const revokeTokens = writeVerb({
  permission: "tokens:revoke",
  input,
  async run(ctx, { selector, reason, expectedTokens }): Promise<{ revocationId: string; tokens: number }> {
    const selected = await selectTokens({ db: ctx.tx, fleetId: ctx.fleetId, now: ctx.now }, selector);
    const count = selected.tokenIds.length;
    const expected = expectedTokens ?? (count > 1 ? undefined : count);
    if (expected !== count) throw otherCount(count, expected);
    const recorded = await recordRevocation(ctx, { ...selected, selector, reason });
    if (!recorded) throw new SallyportError("conflict", "No token that still holds matches: there is nothing to revoke.");
    // One that somebody else revoked meanwhile.
    if (recorded.tokens.length !== count) throw otherCount(recorded.tokens.length, count);
    return { revocationId: recorded.revocationId, tokens: count };
  },
});

function otherCount(count: number, expected: number | undefined): SallyportError {
  const tokens = `${count.toLocaleString("en")} ${count === 1 ? "token" : "tokens"}`;
  return new SallyportError("conflict", expected === undefined ? `This would revoke ${tokens}.` : `This would revoke ${tokens} now, not ${expected}.`, {
    hint: `Look again at what matches; to go on, send expectedTokens: ${count}.`,
    fields: [{ path: "expectedTokens", message: String(count) }],
  });
}
