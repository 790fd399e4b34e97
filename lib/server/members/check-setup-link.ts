import { SallyportError } from "@/lib/base/errors";
import type { SetupLinkView } from "@/lib/domain/members/setup-view";
import type { Database } from "@/lib/server/database/client";
import { setupLinkDigest } from "./setup-link";

/** What a set-up link is good for, without using it. Throws `expired` for one that is used, too old or unknown. */
export async function checkSetupLink(database: Database, token: string, now: Date): Promise<SetupLinkView> {
  const link = await database.prisma.setupLink.findUnique({
    where: { digest: setupLinkDigest(String(token)) },
    select: { usedAt: true, expiresAt: true, user: { select: { email: true, name: true, disabledAt: true } } },
  });
  if (!link || link.usedAt || link.expiresAt <= now || link.user?.disabledAt) throw setupLinkExpired();
  return {
    kind: link.user ? "member" : "first_admin",
    email: link.user?.email ?? null,
    name: link.user?.name ?? null,
    expiresAt: link.expiresAt.toISOString(),
  };
}

export function setupLinkExpired(): SallyportError {
  return new SallyportError("expired", "This set-up link has been used already, or is too old.", {
    hint: "The link of the first administrator is printed anew at each start; any other one comes from an admin of your fleet.",
  });
}
