import { z } from "zod";
import type { RevocationSelector } from "@/lib/domain/tokens/revocation-view";
import { api } from "../api";

const revokedSchema = z.object({ revocationId: z.string(), tokens: z.number().int() });

/** Takes exactly as many tokens back as were seen in the preview; another number is an error, and nothing happens. */
export function revokeTokens(
  fleet: string,
  input: { selector: RevocationSelector; reason: string; expectedTokens: number },
): Promise<z.output<typeof revokedSchema>> {
  return api(revokedSchema, "/revocations", { method: "POST", fleet, body: input });
}
