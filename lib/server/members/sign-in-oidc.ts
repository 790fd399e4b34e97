import { z } from "zod";
import { SallyportError } from "@/lib/base/errors";
import { emailSchema } from "@/lib/domain/members/member-view";
import { parseInput } from "@/lib/server/verb";
import { auditInFleetsOf } from "./audit-in-fleets";
import type { SignInContext, SignInResult } from "./sign-in";
import { startUserSession } from "./start-user-session";

const input = z.object({
  issuer: z.string().min(1),
  subject: z.string().min(1).max(255),
  email: emailSchema,
  /** OpenID Connect Core section 5.1. Only the boolean counts: a string "true" is not one. */
  emailVerified: z.literal(true, "The provider has not verified this e-mail address."),
});

/**
 * What the OpenID Connect provider says of a person, to a user session. Only people who are members already; nobody is made
 * one here. The provider's subject is bound at the first sign-in: an address that is handed on to somebody else at the
 * provider does not open the old owner's account.
 */
export async function signInOidc(door: SignInContext, rawInput: unknown): Promise<SignInResult> {
  const { issuer, subject, email } = parseInput(input, rawInput);
  const oidcSubject = `${issuer}|${subject}`;
  return door.database.prisma.$transaction(async (tx) => {
    const user = await tx.user.findUnique({ where: { email } });
    const refuse = () => new SallyportError("forbidden", "This account is not a member here.", { hint: "Ask an admin to add your e-mail address." });
    if (!user || user.disabledAt || (await tx.membership.count({ where: { userId: user.id } })) === 0) throw refuse();
    const bound = await tx.user.updateMany({ where: { id: user.id, OR: [{ oidcSubject: null }, { oidcSubject }] }, data: { oidcSubject } });
    if (bound.count === 0) throw refuse();
    const userSessionId = await startUserSession(tx, { userId: user.id, address: door.address, userAgent: door.userAgent, now: door.clock.now() });
    await auditInFleetsOf(door, tx, user, "user.signed_in", { address: door.address, with: "oidc" });
    return { userId: user.id, userSessionId, name: user.name, email: user.email };
  });
}
