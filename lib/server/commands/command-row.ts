import { nextCommandState } from "@/lib/domain/commands/command-state";
import type { CommandView } from "@/lib/domain/commands/command-view";
import { roleAllows } from "@/lib/domain/members/permissions";
import type { Prisma } from "@/prisma/generated/client";
import { type Context, roleIn } from "../context";
import type { Transaction } from "../database/client";
import { madeRequester } from "../members/made-requester";
import { readsPayloads } from "../telemetry/reads-payloads";

export const WITH_DEVICE = { device: { select: { name: true } } } as const;
export type CommandRow = Prisma.CommandGetPayload<{ include: typeof WITH_DEVICE }>;

const iso = (at: Date | null) => at?.toISOString() ?? null;

/** A command as this reader may see it. */
export async function commandView(ctx: Context, tx: Pick<Transaction, "auditEvent">, row: CommandRow): Promise<CommandView> {
  const { id, deviceId, device, name, title, dangerous, queue, state, requestedBy, decidedBy, comment, cancelledBy, sentCount, progress } = row;
  const reads = readsPayloads(ctx);
  return {
    id,
    device: { id: deviceId, name: device.name },
    name,
    title,
    parameters: reads ? (row.parameters as CommandView["parameters"]) : null,
    dangerous,
    queue,
    state,
    requestedBy,
    requestedAt: row.requestedAt.toISOString(),
    decidedBy,
    decidedAt: iso(row.decidedAt),
    comment,
    cancelledBy,
    deadlineAt: row.deadlineAt.toISOString(),
    issuedAt: iso(row.issuedAt),
    sentAt: iso(row.sentAt),
    sentCount,
    deliveredAt: iso(row.deliveredAt),
    startedAt: iso(row.startedAt),
    endedAt: iso(row.endedAt),
    progress,
    result: reads ? (row.result as CommandView["result"]) : null,
    error: row.errorCode === null ? null : { code: row.errorCode, message: reads ? (row.errorMessage ?? "") : "" },
    late: row.lateState && row.lateAt ? { state: row.lateState, at: row.lateAt.toISOString() } : null,
    own: row.requestedById === ctx.actor.id,
    decidable: state === "waiting" && row.deadlineAt > ctx.clock.now() && (await mayDecide(ctx, tx, row)),
    cancellable: nextCommandState(state, "cancel") !== undefined && may(ctx, "commands:send"),
  };
}

function may(ctx: Context, permission: "commands:send" | "commands:approve"): boolean {
  const role = roleIn(ctx.actor, ctx.fleetId);
  return ctx.actor.kind === "system" || (role !== undefined && roleAllows(role, permission));
}

async function mayDecide(ctx: Context, tx: Pick<Transaction, "auditEvent">, { requestedById }: CommandRow): Promise<boolean> {
  const trusted = ctx.actor.kind === "user" && may(ctx, "commands:approve");
  return trusted && requestedById !== ctx.actor.id && !(await madeRequester(tx, ctx, requestedById));
}
