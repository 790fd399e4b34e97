import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import { COMMAND_STATES } from "@/lib/domain/commands/command-state";
import type { CommandView } from "@/lib/domain/commands/command-view";
import { decodeCursor, encodeCursor } from "../database/cursor";
import { type Page, readVerb } from "../verb";
import { commandView, WITH_DEVICE } from "./command-row";

const filters = {
  /** `open`: not over yet. */
  state: z.enum([...COMMAND_STATES, "open"]).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
};
type Input = z.output<z.ZodObject<typeof filters>> & { deviceId?: string | undefined };

/** Commands of this fleet, newest first. */
export const listCommands = readVerb({ permission: "commands:read", input: z.object(filters), run: (ctx, given) => list(ctx, given) });

/** Commands to one device, newest first. */
export const listDeviceCommands = readVerb({
  permission: "commands:read",
  input: z.object({ deviceId: z.string().min(1).max(64), ...filters }),
  async run(ctx, given): Promise<Page<CommandView>> {
    const device = await ctx.database.prisma.device.findFirst({ where: { id: given.deviceId, fleetId: ctx.fleetId }, select: { id: true } });
    if (!device) throw notFound("device");
    return list(ctx, given);
  },
});

async function list(ctx: Parameters<typeof commandView>[0], { deviceId, state, limit, cursor }: Input): Promise<Page<CommandView>> {
  const search = { deviceId: deviceId ?? "", state: state ?? "" };
  const { prisma } = ctx.database;
  const where = {
    fleetId: ctx.fleetId,
    ...(deviceId === undefined ? {} : { deviceId }),
    ...(state === undefined ? {} : state === "open" ? { endedAt: null } : { state }),
  };
  const [at, id] = cursor === undefined ? [] : decodeCursor(cursor, search, [z.iso.datetime(), z.string().max(64)]);
  const after = at === undefined || id === undefined ? {} : { OR: [{ requestedAt: { lt: at } }, { requestedAt: at, id: { lt: id } }] };
  const [rows, total] = await Promise.all([
    prisma.command.findMany({ where: { AND: [where, after] }, orderBy: [{ requestedAt: "desc" }, { id: "desc" }], take: limit + 1, include: WITH_DEVICE }),
    prisma.command.count({ where }),
  ]);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const items: CommandView[] = [];
  for (const row of shown) items.push(await commandView(ctx, prisma, row));
  return { items, nextCursor: rows.length > limit && last ? encodeCursor(search, [last.requestedAt.toISOString(), last.id]) : null, total };
}

export const getCommand = readVerb({
  permission: "commands:read",
  input: z.object({ commandId: z.string().min(1).max(64) }),
  async run(ctx, { commandId }): Promise<CommandView> {
    const { prisma } = ctx.database;
    const row = await prisma.command.findFirst({ where: { id: commandId, fleetId: ctx.fleetId }, include: WITH_DEVICE });
    if (!row) throw notFound("command");
    return commandView(ctx, prisma, row);
  },
});
