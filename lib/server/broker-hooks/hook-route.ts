import type { Clock } from "@/lib/base/clock";
import type { Env } from "@/lib/base/env";
import { createLog, type Logger } from "@/lib/base/log";
import type { Database } from "../database/client";
import { type BrokerHooks, openBrokerHooks } from "./broker-hooks";
import { presentsSecret } from "./presents-secret";

/** What the web process lends to its hooks. */
export interface HookRuntime {
  env: Pick<Env, "BROKER_HOOK_SECRET" | "RABBITMQ_VHOST" | "DATABASE_URL">;
  database: Database;
  clock: Clock;
  log: Logger;
}

/** One question of one broker: how to read it, how to say no. */
export interface HookDoor {
  refuse(code: string): Response;
  answer(body: string, context: { hooks: BrokerHooks; env: HookRuntime["env"] }): Promise<Response>;
}

/** A token of 8 KiB, its escapes, and a long topic. */
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
    let log: Logger | undefined;
    try {
      const shared = runtime();
      log = shared.log;
      if (!presentsSecret(request.headers, shared.env.BROKER_HOOK_SECRET)) return door.refuse("wrong_secret");
      const body = await readBounded(request);
      return body === undefined ? door.refuse("bad_request") : await door.answer(body, { hooks: hooksOf(shared), env: shared.env });
    } catch (error) {
      (log ?? createLog("broker-hooks")).error({ err: error }, "a broker's question was refused because of an error of ours");
      return door.refuse("unavailable");
    }
  };
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
