import { SallyportError } from "@/lib/base/errors";
import { type Context, roleIn } from "../../context";
import { inTransaction, type WriteContext } from "../../verb";

/** Signing keys are of no fleet. A key of the API is of one, a person may be admin of all, and the machine's own administrator is trusted. */
export async function administersAll({ actor, database }: Pick<Context, "actor" | "database">): Promise<boolean> {
  if (actor.kind === "system") return true;
  if (actor.kind !== "user") return false;
  const fleets = await database.prisma.fleet.findMany({ select: { id: true } });
  return fleets.length > 0 && fleets.every(({ id }) => roleIn(actor, id) === "admin");
}

export async function assertAdministersAll(ctx: Pick<Context, "actor" | "database">): Promise<void> {
  if (await administersAll(ctx)) return;
  throw new SallyportError("forbidden", "Signing keys are the whole installation's: only a signed-in admin of every fleet changes them.", {
    hint: "Or the command line on the machine itself: npm run sallyport -- signing-keys --help",
  });
}

/** It concerns each fleet, so each fleet's record has it. */
export async function auditInEveryFleet(ctx: WriteContext, change: (fleetId: string) => Parameters<WriteContext["audit"]>[0]): Promise<void> {
  const fleets = await ctx.tx.fleet.findMany({ select: { id: true }, orderBy: { id: "asc" } });
  for (const { id } of fleets) await inTransaction({ ...ctx, fleetId: id }, ctx.tx).audit(change(id));
}
