import { z } from "zod";
import { notFound, SallyportError } from "@/lib/base/errors";
import { type CommandState, nextCommandState } from "@/lib/domain/commands/command-state";
import type { CommandView } from "@/lib/domain/commands/command-view";
import { assertSecondPerson } from "@/lib/domain/members/second-person";
import type { Prisma } from "@/prisma/generated/client";
import { madeRequester } from "../members/made-requester";
import { type WriteContext, writeVerb } from "../verb";
import { type CommandRow, commandView, WITH_DEVICE } from "./command-row";

const decision = z.object({ commandId: z.string().min(1).max(64), comment: z.string().trim().max(500).default("") });

/** By another person than who asked for it: it is sent, with the parameters that were asked for. Its time begins now. */
export const approveCommand = writeVerb({
  permission: "commands:approve",
  input: decision,
  async run(ctx, { commandId, comment }): Promise<CommandView> {
    const row = await loadToDecide(ctx, commandId);
    const { actor, now } = ctx;
    const deadlineAt = new Date(now.getTime() + row.expirySeconds * 1000);
    const approved = await move(ctx, row, "approve", { decidedBy: actor.name, decidedAt: now, comment, issuedAt: now, deadlineAt });
    await ctx.enqueue("command.deliver", { commandId, attempt: 0 });
    await ctx.audit({ action: "command.approved", objectKind: "command", objectId: commandId, before: { state: row.state }, after: { comment } });
    return approved;
  },
});

export const rejectCommand = writeVerb({
  permission: "commands:approve",
  input: decision,
  async run(ctx, { commandId, comment }): Promise<CommandView> {
    const row = await loadToDecide(ctx, commandId);
    const { actor, now } = ctx;
    const done = await move(ctx, row, "cancel", { decidedBy: actor.name, decidedAt: now, comment, cancelledBy: actor.name, endedAt: now });
    await ctx.audit({ action: "command.rejected", objectKind: "command", objectId: commandId, before: { state: row.state }, after: { comment } });
    return done;
  },
});

/** Before the device has it. What was sent and may have got lost is not sent again; what got there all the same shows as a late answer. */
export const cancelCommand = writeVerb({
  permission: "commands:send",
  input: z.object({ commandId: z.string().min(1).max(64) }),
  async run(ctx, { commandId }): Promise<CommandView> {
    const row = await load(ctx, commandId);
    const done = await move(ctx, row, "cancel", { cancelledBy: ctx.actor.name, endedAt: ctx.now });
    await ctx.audit({ action: "command.cancelled", objectKind: "command", objectId: commandId, before: { state: row.state } });
    return done;
  },
});

async function load({ tx, fleetId }: WriteContext, id: string): Promise<CommandRow> {
  const row = await tx.command.findFirst({ where: { id, fleetId }, include: WITH_DEVICE });
  if (!row) throw notFound("command");
  return row;
}

async function loadToDecide(ctx: WriteContext, id: string): Promise<CommandRow> {
  const row = await load(ctx, id);
  const made = await madeRequester(ctx.tx, ctx, row.requestedById);
  assertSecondPerson(row.requestedById, { id: ctx.actor.id, person: ctx.actor.kind === "user", madeRequester: made }, "command");
  if (row.state !== "waiting") throw new SallyportError("conflict", `This command does not wait for a second admin: it is ${words(row.state)}.`);
  if (row.deadlineAt <= ctx.now) throw new SallyportError("expired", "This command is over: nobody decided in time.", { hint: "Send it again." });
  return row;
}

/** Moves it on when it is still as it was read: of two that act at once, one does. */
async function move(ctx: WriteContext, row: CommandRow, event: "approve" | "cancel", data: Prisma.CommandUpdateManyMutationInput): Promise<CommandView> {
  const state = nextCommandState(row.state, event);
  if (state === undefined) throw new SallyportError("conflict", `This command is ${words(row.state)}: it cannot be called back.`);
  const { count } = await ctx.tx.command.updateMany({ where: { id: row.id, fleetId: ctx.fleetId, state: row.state }, data: { ...data, state } });
  if (count === 0) throw new SallyportError("conflict", "This command moved on just now.", { hint: "Look at it again." });
  return commandView(ctx, ctx.tx, await load(ctx, row.id));
}

const words = (state: CommandState): string => state.replace("_", " ");
