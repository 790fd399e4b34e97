import { z } from "zod";
import { roleAllows } from "@/lib/domain/members/permissions";
import { GRANT_REQUEST_STATES } from "@/lib/domain/tokens/grant-approval";
import { compileGrant } from "@/lib/domain/tokens/grant-compile";
import { grantRequestSchema } from "@/lib/domain/tokens/grant-request";
import type { GrantRequestView } from "@/lib/domain/tokens/grant-request-view";
import type { GrantRequestModel } from "@/prisma/generated/models";
import { type Context, roleIn } from "../context";
import { madeRequester } from "../members/made-requester";
import { type Page, readVerb } from "../verb";
import { loadPolicy } from "./load-policy";
import { tellGrant } from "./prepare-grant";

const input = z.object({
  state: z.enum(GRANT_REQUEST_STATES).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().max(64).optional(),
});

/** Newest first. Each is told in words and numbers as the fleet is now. */
export const listGrantRequests = readVerb({
  permission: "tokens:read",
  input,
  async run(ctx, { state, limit, cursor }): Promise<Page<GrantRequestView>> {
    const where = { fleetId: ctx.fleetId, ...(state === undefined ? {} : { state }) };
    const { grantRequest } = ctx.database.prisma;
    const [rows, total] = await Promise.all([
      grantRequest.findMany({
        where,
        orderBy: [{ createdAt: "desc" }, { id: "desc" }],
        take: limit + 1,
        ...(cursor === undefined ? {} : { cursor: { id: cursor }, skip: 1 }),
      }),
      grantRequest.count({ where }),
    ]);
    const items: GrantRequestView[] = [];
    for (const row of rows.slice(0, limit)) items.push(await view(ctx, row));
    return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null, total };
  },
});

async function view(ctx: Context, row: GrantRequestModel): Promise<GrantRequestView> {
  const request = grantRequestSchema.parse(row.request);
  const { subject, clientId, label, ttl } = request;
  const holder = await holderOf(ctx, subject);
  const asked = { kind: holder.kind, id: holder.id ?? "" };
  const scopes = compileGrant(request, { fleetId: ctx.fleetId, subject: asked, clientId, queries: new Map() });
  const told = await tellGrant(ctx, { scopes, subject: asked, clientId, policy: await loadPolicy(ctx.database.prisma, ctx.fleetId), ttlMinutes: ttl });
  const open = row.state === "waiting" || row.state === "approved";
  const over = open && row.expiresAt <= ctx.clock.now();
  const { id, requestedBy, decidedBy, comment, tokenId } = row;
  return {
    id,
    state: over ? "over" : row.state,
    requestedBy,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    decidedBy,
    decidedAt: row.decidedAt?.toISOString() ?? null,
    comment,
    tokenId,
    holder,
    label,
    ttl,
    scopes: told.scopes,
    words: told.words,
    reach: told.reach,
    warnings: told.warnings,
    own: row.requestedById === ctx.actor.id,
    decidable: row.state === "waiting" && !over && (await mayDecide(ctx, row)),
  };
}

async function mayDecide(ctx: Context, row: GrantRequestModel): Promise<boolean> {
  const role = roleIn(ctx.actor, ctx.fleetId);
  const trusted = ctx.actor.kind === "user" && role !== undefined && roleAllows(role, "tokens:grant");
  return trusted && row.requestedById !== ctx.actor.id && !(await madeRequester(ctx.database.prisma, ctx, row.requestedById));
}

/** By name where it still exists: a request outlives its device or member. */
async function holderOf({ database, fleetId }: Context, subject: z.output<typeof grantRequestSchema>["subject"]): Promise<GrantRequestView["holder"]> {
  const { device, membership, service } = database.prisma;
  if (subject.kind === "device") {
    const found = await device.findFirst({ where: { id: subject.deviceId, fleetId }, select: { name: true } });
    return { kind: "device", id: subject.deviceId, name: found?.name ?? subject.deviceId };
  }
  if (subject.kind === "console") {
    const found = await membership.findFirst({ where: { fleetId, userId: subject.userId }, select: { user: { select: { name: true } } } });
    return { kind: "console", id: subject.userId, name: found?.user.name ?? subject.userId };
  }
  const found = await service.findUnique({ where: { fleetId_name: { fleetId, name: subject.name } }, select: { id: true } });
  return { kind: "service", id: found?.id ?? null, name: subject.name };
}
