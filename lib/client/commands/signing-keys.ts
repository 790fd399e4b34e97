import type { z } from "zod";
import { type Retired, retiredSchema, rotatedSchema } from "@/lib/domain/tokens/signing-key-view";
import { api } from "../api";

export function rotateSigningKey(fleet: string, input: { now: boolean }): Promise<z.output<typeof rotatedSchema>> {
  return api(rotatedSchema, "/signing-keys/rotations", { method: "POST", fleet, body: input });
}

/** Revokes exactly as many tokens as were seen in the preview; another number is an error, and nothing happens. */
export function retireSigningKey(fleet: string, input: { kid: string; reason: string; expectedTokens: number }): Promise<Retired> {
  return api(retiredSchema, "/signing-keys/retirements", { method: "POST", fleet, body: input });
}
