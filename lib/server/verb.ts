import type { z } from "zod";
import { SallyportError } from "@/lib/base/errors";
import type { Permission } from "@/lib/domain/members/permissions";
import { topics } from "@/lib/protocol/topics";
import type { Prisma as Json } from "@/prisma/generated/client";
import { authorize, type Context } from "./context";
import type { Transaction } from "./database/client";
import { CHANNELS } from "./database/notify";
import { unstorableText } from "./storable-text";

interface Change {
  action: string;
  objectKind: string;
  objectId: string;
  before?: unknown;
  after?: unknown;
}

/**
 * A verb is one file and always the same walk: authorise -> parse -> transaction -> scoped load -> pure decision ->
 * conditional write -> audit row and outbox row in the same transaction -> plain data back. Every door (page, HTTP, job,
 * command line) calls the same verb.
 */
export interface WriteContext extends Context {
  tx: Transaction;
  now: Date;
  /** Says what was done; exactly one per changed object. */
  audit(change: Change): Promise<void>;
  /** The same for many objects at once. */
  auditAll(changes: readonly Change[]): Promise<void>;
  /** Done before the verb answers, when what it did is committed. A failure of it changes nothing. */
  afterCommit(task: () => Promise<void>): void;
  /** Asks the worker for an effect outside the database; carried out at least once, after the commit. */
  enqueue(kind: OutboxKind, payload: object, options?: { availableAt?: Date }): Promise<void>;
}

export const OUTBOX_KINDS = [
  "presence.publish",
  "live.publish",
  "alert.notify",
  "outage.notify",
  "rotation.notify",
  "claim.notify",
  "device.clear_retained",
  "device.ping",
  "command.deliver",
  "key.deliver",
  "claim.answer",
  "renewal.answer",
] as const;
export type OutboxKind = (typeof OUTBOX_KINDS)[number];

export function parseInput<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const unstorable = unstorableText(input);
  if (unstorable !== undefined) {
    const message = "Holds a character that is no text (NUL, or half of a surrogate pair).";
    throw new SallyportError("invalid_input", `${unstorable}: ${message}`, { fields: [{ path: unstorable, message }] });
  }
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => ({ path: issue.path.join("."), message: issue.message }));
  const first = fields[0];
  throw new SallyportError("invalid_input", first ? `${first.path || "input"}: ${first.message}` : "The input is not valid.", { fields });
}

/** The topics of a device that are also kept, and read, over HTTP. */
export type DeviceTopic = "telemetry" | "presence";

/** A verb also tells its permission and input, so that doors, documentation and the role matrix cannot disagree with it. */
export interface Verb<S extends z.ZodType, O> {
  (ctx: Context, input: z.input<S>): Promise<O>;
  readonly permission: Permission;
  readonly input: S;
  /** What an access token must be able to subscribe to; undefined: closed to access tokens. */
  readonly topic?: DeviceTopic | undefined;
}

/** A verb that changes something. */
export function writeVerb<S extends z.ZodType, O>(spec: {
  permission: Permission;
  input: S;
  run: (ctx: WriteContext, input: z.output<S>) => Promise<O>;
}): Verb<S, O> {
  const verb = async (ctx: Context, rawInput: z.input<S>) => {
    authorize(ctx, spec.permission);
    const input = parseInput(spec.input, rawInput);
    return transact(ctx, (inside) => spec.run(inside, input));
  };
  return Object.assign(verb, { permission: spec.permission, input: spec.input });
}

/**
 * A verb that only reads. With `topic` it is also open to access tokens that may subscribe to that topic of the device it is
 * about: the input names it as `deviceId`.
 */
export function readVerb<S extends z.ZodType, O>(spec: {
  permission: Permission;
  input: S;
  topic?: z.output<S> extends { deviceId: string } ? DeviceTopic : never;
  run: (ctx: Context, input: z.output<S>) => Promise<O>;
}): Verb<S, O> {
  const { topic } = spec;
  const verb = async (ctx: Context, rawInput: z.input<S>) => {
    if (!topic || ctx.actor.kind !== "accessToken") {
      authorize(ctx, spec.permission);
      return spec.run(ctx, parseInput(spec.input, rawInput));
    }
    const input = parseInput(spec.input, rawInput);
    authorize(ctx, spec.permission, topicOf(topic, ctx.fleetId, (input as { deviceId: string }).deviceId));
    return spec.run(ctx, input);
  };
  return Object.assign(verb, { permission: spec.permission, input: spec.input, topic });
}

function topicOf(topic: DeviceTopic, fleetId: string, deviceId: string): string {
  return topic === "presence" ? topics.presence(fleetId, deviceId) : topics.up(fleetId, deviceId, topic);
}

/** One transaction, and then what was left for after its commit. Also for the few flows without a fleet role (sign-in, sign-out). */
export async function transact<O>(ctx: Context, run: (ctx: WriteContext) => Promise<O>): Promise<O> {
  const tasks: (() => Promise<void>)[] = [];
  const result = await ctx.database.prisma.$transaction((tx) => run(inTransaction(ctx, tx, (task) => void tasks.push(task))));
  // It is committed, whatever becomes of these.
  await Promise.allSettled(tasks.map((task) => task()));
  return result;
}

/** A part of somebody else's transaction. What is left for after the commit goes to the verb around it; without one it is not done. */
export function inTransaction(ctx: Context | WriteContext, tx: Transaction, afterCommit = "afterCommit" in ctx ? ctx.afterCommit : () => {}): WriteContext {
  return {
    ...ctx,
    tx,
    now: ctx.clock.now(),
    afterCommit,
    async audit(change) {
      await tx.auditEvent.create({ data: auditRow(ctx, change) });
    },
    async auditAll(changes) {
      // One JSON value for all: with a parameter for each column of each row, building the statement takes longer than running it.
      const rows = JSON.stringify(changes);
      const { actor, via, requestId } = ctx;
      await tx.$executeRaw`
        insert into audit_event (fleet_id, at, actor_kind, actor_id, actor_name, via, action, object_kind, object_id, before, after, request_id)
        select ${ctx.fleetId || null}, ${ctx.clock.now()}, ${actor.kind}, ${actor.id}, ${actor.name}, ${via}, action, "objectKind", "objectId", before, after, ${requestId}
        from jsonb_to_recordset(${rows}::jsonb) as r(action text, "objectKind" text, "objectId" text, before jsonb, after jsonb)`;
    },
    async enqueue(kind, payload, options = {}) {
      await tx.outbox.create({
        data: { fleetId: ctx.fleetId || null, kind, payload: payload as Json.InputJsonValue, availableAt: options.availableAt ?? ctx.clock.now() },
      });
      // Sent with the commit: the worker looks at once instead of at its next tick.
      await tx.$executeRaw`select pg_notify(${CHANNELS.outbox}, '')`;
    },
  };
}

function auditRow(ctx: Context, { action, objectKind, objectId, before, after }: Change) {
  return {
    fleetId: ctx.fleetId || null,
    at: ctx.clock.now(),
    actorKind: ctx.actor.kind,
    actorId: ctx.actor.id,
    actorName: ctx.actor.name,
    via: ctx.via,
    action,
    objectKind,
    objectId,
    before: before as Json.InputJsonValue | undefined,
    after: after as Json.InputJsonValue | undefined,
    requestId: ctx.requestId,
  };
}

/** What every list answers: one page, where the next begins, and the exact total of the filter. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
  total: number;
}
