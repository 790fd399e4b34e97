import { type GrantRequestInput, permissionsOfScopes } from "@/lib/domain/tokens/grant-request";
import type { TokenView } from "@/lib/domain/tokens/token-view";

/** The request that grants the same holder the same rights, for as long again. */
export function sameAgain({ id, subjectKind, subject, subjectName, label, scopes, issuedAt, expiresAt }: TokenView): GrantRequestInput {
  const ttl = Math.max(1, Math.round((Date.parse(expiresAt) - Date.parse(issuedAt)) / 60_000));
  return { subject: holderOf(subjectKind, subject, subjectName), ttl, label, permissions: permissionsOfScopes(scopes), replaces: id };
}

function holderOf(kind: TokenView["subjectKind"], id: string, name: string | null): GrantRequestInput["subject"] {
  if (kind === "device") return { kind, deviceId: id };
  return kind === "console" ? { kind, userId: id } : { kind, name: name ?? id };
}
