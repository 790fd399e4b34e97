import type { Clock } from "@/lib/base/clock";
import type { Env } from "@/lib/base/env";
import { createLog, type Logger } from "@/lib/base/log";
import type { RefusalStats } from "@/lib/domain/refusals/refusal-stats";
import type { Database } from "../database/client";
import { type BrokerHooks, openBrokerHooks } from "./broker-hooks";
import { presentsSecret } from "./presents-secret";

/** What the web process lends to its hooks. */
export interface HookRuntime {
  env: Pick<Env, "BROKER_HOOK_SECRET" | "RABBITMQ_VHOST" | "MOSQUITTO_CONTROL_URL" | "DATABASE_URL"> & Partial<Pick<Env, "RABBITMQ_AMQP_URL">>;
  database: Database;
  clock: Clock;
  log: Logger;
}

/** What we say to one question. `code` is stable, for logs and whoever traces a call. */
export type HookVerdict = { allowed: true; expiresAt?: Date } | { allowed: false; code: string };

/** One kind of question of one broker: how to answer it, and how to write that down for it. */
export interface HookDoor {
  answer(body: string, context: { hooks: BrokerHooks; env: HookRuntime["env"] }): Promise<HookVerdict>;
  /** `options` are the query parameters of the address that the broker was configured with. */
  write(verdict: HookVerdict, options: URLSearchParams): Response;
}

/** A token of 32 KiB, and a long topic with its escapes. */
const BODY_BYTES = 64 * 1024;

/** Opened with the first question and shared by all routes of the process; on globalThis against hot reloads. */
const KEY = Symbol.for("sallyport.broker-hooks");
const holder = globalThis as { [KEY]?: WeakMap<Database, BrokerHooks> };

/**
 * A route handler that always answers 200: brokers read any other status as "ask somebody else" or log it as an outage. Whatever
 * fails on our side is a refusal.
 */
export function hookRoute(door: HookDoor, runtime: () => HookRuntime): (request: Request) => Promise<Response> {
  return async (request) => {
    const { searchParams, pathname } = new URL(request.url);
    let log: Logger | undefined;
    let verdict: HookVerdict;
    try {
      const shared = runtime();
      log = shared.log;
      verdict = await decide(door, request, shared);
    } catch (error) {
      (log ?? createLog("broker-hooks")).error({ err: error }, "a broker's question was refused because of an error of ours");
      verdict = { allowed: false, code: "unavailable" };
    }
    if (!verdict.allowed) log?.debug({ hook: pathname, code: verdict.code }, "refused a broker's question");
    return door.write(verdict, searchParams);
  };
}

async function decide(door: HookDoor, request: Request, runtime: HookRuntime): Promise<HookVerdict> {
  if (!presentsSecret(request.headers, runtime.env.BROKER_HOOK_SECRET)) return { allowed: false, code: "wrong_secret" };
  const body = await readBounded(request);
  return body === undefined ? { allowed: false, code: "bad_request" } : door.answer(body, { hooks: hooksOf(runtime), env: runtime.env });
}

/** The hooks of this process. */
export function hooksOf({ env, database, clock, log }: HookRuntime): BrokerHooks {
  holder[KEY] ??= new WeakMap();
  const opened = holder[KEY];
  const known = opened.get(database);
  if (known) return known;
  const hooks = openBrokerHooks({ url: env.DATABASE_URL ?? "", database, clock, log });
  opened.set(database, hooks);
  return hooks;
}

/** What the hooks of this process refused; undefined while no broker has asked. */
export function hookRefusals(database: Database): RefusalStats | undefined {
  return holder[KEY]?.get(database)?.refusals;
}

/** The body as text; undefined when it is too long or no UTF-8. */
async function readBounded(request: Request): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  } catch {
    return undefined;
  }
}
