import { newId } from "@/lib/base/ids";
import { isPastGrace } from "@/lib/domain/tokens/signing-keys";
import type { Context } from "../../context";
import type { StepContext } from "../../step";
import { transact } from "../../verb";
import { lockSigningKeys } from "../signing-keys";
import { loadKeys } from "./load-keys";
import { retireKey } from "./retire-key";
import { isSpent } from "./signed-tokens";

/** Retires keys of which no token holds any more. May run in several workers. Answers their ids. */
export async function retireSpentKeys(step: StepContext & Pick<Context, "env" | "secrets">): Promise<string[]> {
  const { database, log, ...rest } = step;
  const keys = await loadKeys(database.prisma);
  const due = keys.filter((key) => isPastGrace(key, keys, step.clock.now()));
  const actor = { kind: "system", id: "worker", name: "Worker" } as const;
  const retired: string[] = [];
  for (const { kid } of due) {
    if (!(await isSpent(database.pool, kid, step.clock.now()))) continue;
    const ctx: Context = { ...rest, database, actor, fleetId: "", via: "worker", requestId: newId("request") };
    const done = await transact(ctx, async (inside) => {
      await lockSigningKeys(inside.tx);
      const fresh = await loadKeys(inside.tx);
      const key = fresh.find((one) => one.kid === kid);
      if (!key || !isPastGrace(key, fresh, inside.now)) return false;
      await retireKey(inside, { kid, reason: "no token of it holds any more", expectedTokens: 0 });
      return true;
    });
    if (!done) continue;
    retired.push(kid);
    log.info({ kid }, "retired a signing key: no token of it holds any more");
  }
  return retired;
}
