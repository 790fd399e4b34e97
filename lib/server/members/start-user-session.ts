import { newId } from "@/lib/base/ids";
import type { Transaction } from "@/lib/server/database/client";
import { USER_SESSION_MAX_MS } from "./user-session-life";

/** A person's browser is signed in from now on. Returns the id that its cookie carries. */
export async function startUserSession(tx: Transaction, start: { userId: string; address: string; userAgent: string; now: Date }): Promise<string> {
  const { id } = await tx.userSession.create({
    data: {
      id: newId("userSession"),
      userId: start.userId,
      address: start.address.slice(0, 64),
      userAgent: start.userAgent.slice(0, 300),
      createdAt: start.now,
      lastUsedAt: start.now,
      expiresAt: new Date(start.now.getTime() + USER_SESSION_MAX_MS),
    },
    select: { id: true },
  });
  return id;
}
