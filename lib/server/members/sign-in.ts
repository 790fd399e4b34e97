import { z } from "zod";
import { SallyportError } from "@/lib/base/errors";
import { emailSchema } from "@/lib/domain/members/member-view";
import type { Context } from "@/lib/server/context";
import { parseInput } from "@/lib/server/verb";
import { auditInFleetsOf } from "./audit-in-fleets";
import { passwordFits } from "./password";
import { countSignInTry } from "./sign-in-limit";
import { startUserSession } from "./start-user-session";

/** A door through which somebody asks to come in: nobody yet, in no fleet. */
export type SignInContext = Omit<Context, "actor" | "fleetId"> & { address: string; userAgent: string };

export interface SignInResult {
  userId: string;
  userSessionId: string;
  name: string;
  email: string;
}

const input = z.object({ email: emailSchema, password: z.string().min(1).max(200) });

/**
 * E-mail and password to a user session. One answer, in the same time, for a wrong password, an unknown e-mail and a
 * disabled person: `unauthenticated`. Throws `rate_limited` after repeated failures.
 */
export async function signIn(door: SignInContext, rawInput: unknown): Promise<SignInResult> {
  const { email, password } = parseInput(input, rawInput);
  const tried = await countSignInTry(door.database, { email, address: door.address });
  const user = await door.database.prisma.user.findUnique({ where: { email } });
  const fits = await passwordFits(password, user?.passwordHash ?? null);
  const now = door.clock.now();
  if (!user || !fits || user.disabledAt) {
    if (user) await door.database.prisma.$transaction((tx) => auditInFleetsOf(door, tx, user, "user.sign_in_failed", { address: door.address }));
    throw new SallyportError("unauthenticated", "E-mail or password is wrong.");
  }
  const userSessionId = await door.database.prisma.$transaction(async (tx) => {
    const id = await startUserSession(tx, { userId: user.id, address: door.address, userAgent: door.userAgent, now });
    await auditInFleetsOf(door, tx, user, "user.signed_in", { address: door.address, with: "password" });
    return id;
  });
  await tried.succeeded();
  return { userId: user.id, userSessionId, name: user.name, email: user.email };
}
