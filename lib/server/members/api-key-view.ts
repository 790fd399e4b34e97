import type { ApiKeyView } from "@/lib/domain/members/member-view";
import type { ApiKeyModel } from "@/prisma/generated/models";

export function apiKeyView(row: Omit<ApiKeyModel, "digest" | "fleetId">): ApiKeyView {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    prefix: row.prefix,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  };
}
