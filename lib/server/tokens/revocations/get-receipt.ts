import { z } from "zod";
import { notFound, SallyportError } from "@/lib/base/errors";
import type { Receipt } from "@/lib/domain/tokens/receipt";
import { readVerb } from "../../verb";
import { readReceipt } from "./sign-receipt";

/** The newest signed receipt of a revocation, and what stands in it. */
export const getReceipt = readVerb({
  permission: "tokens:read",
  input: z.object({
    revocationId: z.string().max(64),
    /** `jws`: the signed document, as a file. `json`: beside it what stands in it. */
    format: z.enum(["jws", "json"]).default("jws"),
  }),
  async run(ctx, { revocationId, format }): Promise<{ format: "jws" | "json"; jws: string; receipt: Receipt }> {
    const row = await ctx.database.prisma.revocation.findFirst({ where: { id: revocationId, fleetId: ctx.fleetId }, select: { receipt: true } });
    if (!row) throw notFound("revocation");
    if (row.receipt === null)
      throw new SallyportError("conflict", "The receipt is not signed yet: not every session has ended, and a minute has not passed.", {
        hint: "Ask again in a second. If it stays so, the worker does not run: see the health page.",
      });
    return { format, jws: row.receipt, receipt: readReceipt(row.receipt) };
  },
});
