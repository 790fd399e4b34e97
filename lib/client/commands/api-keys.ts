import { z } from "zod";
import type { createApiKeyInputSchema } from "@/lib/domain/members/member-input";
import { api } from "../api";

const createdSchema = z.object({ key: z.string() });

export function createApiKey(fleet: string, input: z.input<typeof createApiKeyInputSchema>): Promise<{ key: string }> {
  return api(createdSchema, "/api-keys", { method: "POST", fleet, body: input });
}

export function revokeApiKey(fleet: string, keyId: string): Promise<unknown> {
  return api(z.unknown(), `/api-keys/${encodeURIComponent(keyId)}/revoke`, { method: "POST", fleet, body: {} });
}

export function endUserSession(userSessionId: string): Promise<unknown> {
  return api(z.unknown(), `/user-sessions/${encodeURIComponent(userSessionId)}/end`, { method: "POST", body: {} });
}
