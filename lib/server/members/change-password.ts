import { SallyportError } from "@/lib/base/errors";
import { changePasswordInputSchema } from "@/lib/domain/members/setup-view";
import type { Context } from "@/lib/server/context";
import { parseInput, transact } from "@/lib/server/verb";
import { auditInFleetsOf } from "./audit-in-fleets";
import { endUserSessions } from "./end-user-session";
import { hashPassword, passwordFits } from "./password";
import { countSignInTry } from "./sign-in-limit";

/** A person's own password. The current one is asked for, and every other browser is signed out. */
export async function changePassword(ctx: Context, rawInput: unknown): Promise<{ otherSessionsEnded: number }> {
  const { currentPassword, newPassword } = parseInput(changePasswordInputSchema, rawInput);
  const { actor } = ctx;
  if (actor.kind !== "user") throw new SallyportError("forbidden", "Only a person has a password.");
  const tried = await countSignInTry(ctx.database, { email: actor.id, address: `change-password ${actor.id}` });
  const user = await ctx.database.prisma.user.findUniqueOrThrow({ where: { id: actor.id } });
  if (!(await passwordFits(currentPassword, user.passwordHash)))
    throw new SallyportError("invalid_input", "The current password is wrong.", { fields: [{ path: "currentPassword", message: "Wrong password." }] });
  await tried.succeeded();
  const passwordHash = await hashPassword(newPassword);
  const otherSessionsEnded = await transact(ctx, async (inside) => {
    const { tx } = inside;
    await tx.user.update({ where: { id: user.id }, data: { passwordHash } });
    await auditInFleetsOf(ctx, tx, user, "user.password_changed");
    return endUserSessions(inside, tx, { userId: user.id, except: actor.userSessionId }, "password changed");
  });
  return { otherSessionsEnded };
}
