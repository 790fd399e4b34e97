import { type Clock, systemClock } from "@/lib/base/clock";
import { type Env, publicUrl, readEnv } from "@/lib/base/env";
import { newId } from "@/lib/base/ids";
import { createLog } from "@/lib/base/log";
import { apiKeyPrefix, makeApiKey } from "@/lib/domain/members/api-key-format";
import type { Role } from "@/lib/domain/members/permissions";
import type { Database } from "@/lib/server/database/client";
import { apiKeyDigest } from "@/lib/server/members/resolve-api-key";
import { startUserSession } from "@/lib/server/members/start-user-session";
import { installRuntime, type Runtime } from "@/lib/web/runtime";
import { writeSessionCookie } from "@/lib/web/session-cookie";
import { makeUser } from "./factories";
import { testSecrets } from "./secrets";

type Handler = (request: Request, context: { params: Promise<never> }) => Promise<Response> | Response;
type Credentials = { cookie: string } | { authorization: string } | Record<string, never>;

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape
  body: any;
}

/** The HTTP door without a server: route handlers of this process, on the database of the test. */
export interface WebDoor {
  runtime: Runtime;
  /** Calls a handler as the console's own page would (same origin), unless the headers say otherwise. */
  call(
    handler: Handler,
    request?: { method?: string; path?: string; params?: object; as?: Credentials; body?: unknown; headers?: Record<string, string> },
  ): Promise<Answer>;
}

export function openDoor(database: Database, options: { clock?: Clock; env?: Partial<Env> } = {}): WebDoor {
  const env = { ...readEnv({}), ...options.env };
  const runtime: Runtime = {
    env,
    database,
    secrets: testSecrets(),
    clock: options.clock ?? systemClock,
    log: createLog("test", "silent"),
    sessionSecret: "a session secret that is only used by tests",
  };
  installRuntime(runtime);
  return {
    runtime,
    async call(handler, { method = "GET", path = "/", params = {}, as = {}, body, headers = {} } = {}) {
      const json: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
      const request = new Request(new URL(path, publicUrl(env)), {
        method,
        headers: { "sec-fetch-site": "same-origin", "x-forwarded-for": "192.0.2.1", ...json, ...as, ...headers },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const response = await handler(request, { params: Promise.resolve(params) as Promise<never> });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text === "" ? null : parsed(text) };
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A person of that role, signed in: their id, session and the cookie of their browser. */
export async function signedIn({ runtime }: WebDoor, options: { fleetId?: string; role?: Role } = {}) {
  const user = await makeUser(runtime.database, options);
  const userSessionId = await startUserSession(runtime.database.prisma, { userId: user.id, address: "192.0.2.1", userAgent: "test", now: runtime.clock.now() });
  return { user, userSessionId, cookie: await writeSessionCookie(runtime, { sub: user.id, sid: userSessionId }) };
}

/** An API key of that role, as the header that carries it. */
export async function apiKeyFor({ runtime }: WebDoor, fleetId: string, role: Role) {
  const key = makeApiKey();
  const { id } = await runtime.database.prisma.apiKey.create({
    data: { id: newId("apiKey"), fleetId, name: `${role} key`, role, prefix: apiKeyPrefix(key), digest: apiKeyDigest(key) },
  });
  return { id, authorization: `Bearer ${key}` };
}
