import { randomBytes } from "node:crypto";
import { newId } from "@/lib/base/ids";
import type { GrantAnswer, Granted } from "@/lib/domain/tokens/grant-answer";
import { type GrantRequest, grantRequestSchema, permissionsOfScopes } from "@/lib/domain/tokens/grant-request";
import { boundWords } from "@/lib/domain/tokens/grant-words";
import { authorize, type Context } from "../context";
import { brokerAddress } from "../devices/connection";
import { inTransaction, parseInput, type Verb, type WriteContext } from "../verb";
import { assertClientId, ensureService, findHolder } from "./grant-holder";
import { mintToken } from "./mint-token";
import { type Prepared, prepareGrant } from "./prepare-grant";
import { revokeToken } from "./revoke-token";

/** Long enough for a holiday; then it has to be asked for again. */
const REQUEST_DAYS = 7;

const spec = { permission: "tokens:grant", input: grantRequestSchema } as const;

/**
 * Grants a token to a device, a person or a service of the fleet; it is shown once. Where the fleet's policy wants four eyes and
 * the grant is wide or long, nothing is minted: a request waits for a second admin.
 */
export const grantToken: Verb<typeof grantRequestSchema, GrantAnswer> = Object.assign(
  async (...[ctx, input]: Parameters<Verb<typeof grantRequestSchema, GrantAnswer>>) => {
    authorize(ctx, spec.permission);
    const request = parseInput(spec.input, input);
    // Queries are answered before the transaction: it holds one connection, they need another.
    const prepared = await prepareGrant(ctx, request);
    if (prepared.reasons.length > 0) return ctx.database.prisma.$transaction((tx) => keepRequest(inTransaction(ctx, tx), request, prepared));
    const granted = await ctx.database.prisma.$transaction((tx) => mintGrant(inTransaction(ctx, tx), request, prepared));
    return { ...granted, revokedReplaced: await revokeReplaced(ctx, request) };
  },
  spec,
);

/** What is approved is what was asked for now: queries are kept as the devices that they name today. */
async function keepRequest(ctx: WriteContext, request: GrantRequest, { scopes, reasons }: Prepared): Promise<GrantAnswer> {
  const grantRequestId = newId("grantRequest");
  const expiresAt = new Date(ctx.now.getTime() + REQUEST_DAYS * 86_400_000);
  const frozen = { ...request, permissions: { ...permissionsOfScopes(scopes), meta: request.permissions.meta } };
  const { id: requestedById, name: requestedBy } = ctx.actor;
  await ctx.tx.grantRequest.create({
    data: { id: grantRequestId, fleetId: ctx.fleetId, requestedById, requestedBy, request: frozen, reasons, createdAt: ctx.now, expiresAt },
  });
  const after = { subject: request.subject, ttl: request.ttl, label: request.label, scopes, reasons };
  await ctx.audit({ action: "grant.requested", objectKind: "grant_request", objectId: grantRequestId, after });
  return { outcome: "waiting", grantRequestId, reasons, expiresAt: expiresAt.toISOString() };
}

/** `approvedBy`: the second admin, for a request that waited. */
export async function mintGrant(
  ctx: WriteContext,
  request: GrantRequest,
  { scopes, words, reach }: Prepared,
  approved?: { requestId: string; by: string },
): Promise<Granted> {
  const { label, permissions, replaces } = request;
  // Again, with what holds now: a device may have been suspended meanwhile.
  const holder = await findHolder(ctx.tx, ctx.fleetId, request.subject);
  const subject = request.subject.kind === "service" ? await ensureService(ctx.tx, ctx.fleetId, request.subject.name) : (holder.id ?? "");
  const own = { ...holder, id: subject };
  if (request.clientId !== undefined) await assertClientId(ctx.tx, request.clientId, own, ctx.now);
  // A device has one by nature. Everybody else's is bound: who steals the token cannot connect beside its holder unseen.
  const clientId = request.clientId ?? (holder.kind === "device" ? undefined : `${subject}-${randomBytes(6).toString("hex")}`);
  const minted = await mintToken(ctx, {
    kind: holder.kind,
    fleetId: ctx.fleetId,
    subject,
    ...(holder.kind === "device" ? { deviceId: subject } : {}),
    scopes,
    ttlSeconds: request.ttl * 60,
    ...(clientId === undefined ? {} : { clientId }),
    label,
    meta: permissions.meta,
    grantedBy: approved ? `${ctx.actor.name}, approved by ${approved.by}` : ctx.actor.name,
    ...(replaces === undefined ? {} : { replacesId: replaces }),
  });
  const expiresAt = minted.expiresAt.toISOString();
  const after = { subject, kind: holder.kind, label, clientId, scopes, meta: permissions.meta, expiresAt, replaces, grantRequestId: approved?.requestId };
  await ctx.audit({ action: "token.granted", objectKind: "token", objectId: minted.tokenId, after });
  const shown = { tokenId: minted.tokenId, token: minted.token, expiresAt, clientId: clientId ?? subject, username: subject, holder: own };
  const told = request.clientId === undefined && clientId !== undefined ? boundWords(words, clientId) : words;
  return { outcome: "granted", ...shown, label, scopes, words: told, reach, revokedReplaced: false, ...brokerAddress(ctx.env) };
}

/** After the grant is committed, and whatever becomes of it: its answer holds the only copy of the new token. Was it revoked? */
export async function revokeReplaced(ctx: Context, { replaces, revokeReplaced: wanted }: GrantRequest): Promise<boolean> {
  if (replaces === undefined || !wanted) return false;
  return revokeToken(ctx, { tokenId: replaces, reason: "replaced by another token" }).then(
    () => true,
    () => false,
  );
}
