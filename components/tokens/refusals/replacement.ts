import type { RefusalExplained } from "@/lib/domain/refusals/refusal-view";
import { type GrantRequestInput, permissionsOfScopes } from "@/lib/domain/tokens/grant-request";
import type { Scope } from "@/lib/protocol/access";

type Token = NonNullable<RefusalExplained["token"]>;

/**
 * The grant of a token in this one's place: the same holder, scopes, notes and end, and what is missing. Undefined where there is
 * nothing to replace: it has ended, or it is a browser tab's. `now` in milliseconds since 1970.
 */
export function replacementWith(
  token: Token,
  add: readonly Scope[],
  { subjectName, now }: { subjectName: string | null; now: number },
): GrantRequestInput | undefined {
  const subject = subjectOf(token, subjectName);
  const ttl = Math.floor((Date.parse(token.expiresAt) - now) / 60_000);
  if (token.state !== "live" || ttl < 1 || !subject) return undefined;
  return {
    subject,
    ttl,
    label: token.label,
    // A device's own needs no binding; whoever is bound stays bound.
    ...(token.subjectKind === "service" && token.clientId !== null ? { clientId: token.clientId } : {}),
    permissions: { ...permissionsOfScopes([...token.scopes, ...add]), meta: token.meta },
    replaces: token.id,
  };
}

function subjectOf({ subjectKind, subject }: Token, name: string | null): GrantRequestInput["subject"] | undefined {
  if (subjectKind === "device") return { kind: "device", deviceId: subject };
  return subjectKind === "service" && name !== null ? { kind: "service", name } : undefined;
}
