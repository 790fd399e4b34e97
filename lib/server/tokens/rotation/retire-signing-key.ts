import { z } from "zod";
import { notFound, SallyportError } from "@/lib/base/errors";
import type { Retired } from "@/lib/domain/tokens/signing-key-view";
import { retirementProblem } from "@/lib/domain/tokens/signing-keys";
import { writeVerb } from "../../verb";
import { lockSigningKeys } from "../signing-keys";
import { assertAdministersAll } from "./installation";
import { loadKeys } from "./load-keys";
import { retireKey } from "./retire-key";

const input = z.object({
  kid: z.string().min(1).max(64),
  reason: z.string().trim().min(1).max(200).default("signing key retired"),
  /** The count that the caller has seen in the preview: another one is a conflict, and nothing happens. */
  expectedTokens: z.number().int().min(0).default(0),
});

/** Ends a key that does not sign any more, or not yet. Answers when embedded brokers have cut what was connected by it. */
export const retireSigningKey = writeVerb({
  permission: "signing-keys:rotate",
  input,
  async run(ctx, { kid, reason, expectedTokens }): Promise<Retired> {
    await assertAdministersAll(ctx);
    await lockSigningKeys(ctx.tx);
    const problem = retirementProblem(kid, await loadKeys(ctx.tx), ctx.now);
    if (problem === "unknown") throw notFound("signing key");
    if (problem === "retired") throw new SallyportError("conflict", "This key is retired already.");
    if (problem === "signing")
      throw new SallyportError("conflict", "This key signs now, and no other could: it cannot be retired.", {
        hint: "Rotate first. In an emergency rotate now, then retire this one.",
      });
    return retireKey(ctx, { kid, reason, expectedTokens });
  },
});
