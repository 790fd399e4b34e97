import type { z } from "zod";
import { publicUrl } from "@/lib/base/env";
import { SallyportError } from "@/lib/base/errors";
import { newId } from "@/lib/base/ids";
import type { Permission } from "@/lib/domain/members/permissions";
import { type Context, tokenReadsDevicesOnly } from "@/lib/server/context";
import type { DeviceTopic, Verb } from "@/lib/server/verb";
import { type Caller, currentFleet, identify, signInNeeded } from "./actor";
import { clientAddress } from "./client-address";
import { problemResponse } from "./problem";
import { readBody, readQuery } from "./read-input";
import { countRequest } from "./request-limit";
import { type Runtime, webRuntime } from "./runtime";
import { assertSameOrigin } from "./same-origin";

/** What a route says of itself: the API description and the tests of the role matrix are made from it. */
export interface RouteSpec {
  summary: string;
  /** A permission in the fleet; `signed-in`: a person or key about itself; `public`: anybody. */
  access: Permission | "signed-in" | "public";
  /** Also open to an access token that may subscribe to this topic of the device. */
  topic?: DeviceTopic | undefined;
  input: z.ZodType | undefined;
  output: z.ZodType;
  status: 200 | 201;
}

export interface RouteHandler {
  (request: Request, context: { params: Promise<object> }): Promise<Response>;
  readonly spec: RouteSpec;
}

interface Options<O extends z.ZodType> {
  summary: string;
  /** Checks and cuts the answer: what the schema does not name never leaves. */
  output: O;
  status?: 200 | 201;
  /** Query parameters that are lists. */
  lists?: readonly string[];
}

/** An answer that is a file for people to keep. `name` is of our own making: letters, digits, `_`, `-` and dots. */
interface DownloadedFile {
  name: string;
  type: string;
  text: string | Uint8Array<ArrayBuffer>;
}

class FileAnswer {
  constructor(readonly file: DownloadedFile) {}
}

/**
 * A route that carries a request to a verb. The verb enforces the permission; nothing is decided here. `answer` adds what
 * only this door tells (addresses).
 */
export function route<S extends z.ZodType, R, O extends z.ZodType>(
  options: Options<O> & { verb: Verb<S, R>; answer?: (result: R, ctx: Context) => z.input<O>; file?: (result: R) => DownloadedFile | undefined },
): RouteHandler {
  const { verb, answer, file } = options;
  return handler(
    options,
    verb.permission,
    async ({ runtime, caller, request, url, requestId }, input) => {
      const fleetId = currentFleet(demand(caller), url.searchParams.get("fleet"), request.headers.get("cookie"));
      const ctx = contextOf(runtime, demand(caller), fleetId, requestId);
      const result = await verb(ctx, input as z.input<S>);
      const asked = file?.(result);
      if (asked) return new FileAnswer(asked);
      return answer ? answer(result, ctx) : result;
    },
    verb.input,
    verb.topic,
  );
}

/** A route about the caller, in no particular fleet. */
export function ownRoute<O extends z.ZodType>(
  options: Options<O> & { input?: z.ZodType; run: (ctx: Context, input: unknown) => Promise<unknown> },
): RouteHandler {
  return handler(
    options,
    "signed-in",
    async ({ runtime, caller, requestId }, input) => {
      if (caller?.actor.kind === "accessToken") throw tokenReadsDevicesOnly();
      return options.run(contextOf(runtime, demand(caller), "", requestId), input);
    },
    options.input,
  );
}

/** A route for anybody: first set-up. Counted by address. */
export function publicRoute<O extends z.ZodType>(
  options: Options<O> & { input?: z.ZodType; run: (door: PublicDoor, input: unknown) => Promise<unknown> },
): RouteHandler {
  return handler(
    options,
    "public",
    ({ runtime, request, requestId }, input) => {
      const { database, secrets, env, clock } = runtime;
      const address = clientAddress(request.headers);
      return options.run({ database, secrets, env, clock, via: "setup", requestId, address, userAgent: request.headers.get("user-agent") ?? "" }, input);
    },
    options.input,
  );
}

export type PublicDoor = Omit<Context, "actor" | "fleetId"> & { address: string; userAgent: string };

interface Arrived {
  runtime: Runtime;
  request: Request;
  url: URL;
  requestId: string;
  caller: Caller | undefined;
}

function handler<O extends z.ZodType>(
  options: Options<O>,
  access: RouteSpec["access"],
  run: (arrived: Arrived, input: unknown) => Promise<unknown>,
  input: z.ZodType | undefined,
  topic?: DeviceTopic,
): RouteHandler {
  const { summary, output, status = 200, lists = [] } = options;
  const handle = async (request: Request, { params }: { params: Promise<object> }): Promise<Response> => {
    const runtime = webRuntime();
    const requestId = requestIdOf(request);
    try {
      const url = new URL(request.url);
      const caller = await admit(runtime, request, access);
      const given = request.method === "GET" || request.method === "DELETE" ? readQuery(url.searchParams, lists) : await readBody(request);
      const result = await run({ runtime, request, url, requestId, caller }, { ...given, ...(await params) });
      const headers = { "cache-control": "no-store", "x-content-type-options": "nosniff", "x-request-id": requestId };
      if (result instanceof FileAnswer) {
        const { name, type, text } = result.file;
        return new Response(text, { status, headers: { ...headers, "content-type": type, "content-disposition": `attachment; filename="${name}"` } });
      }
      return new Response(JSON.stringify(output.parse(result)), { status, headers: { ...headers, "content-type": "application/json" } });
    } catch (error) {
      return problemResponse(error, { requestId, log: runtime.log });
    }
  };
  return Object.assign(handle, { spec: { summary, access, input, output, status, topic } });
}

/** Who is at the door, counted, and (for a change by cookie) from a page of ours. */
async function admit(runtime: Runtime, request: Request, access: RouteSpec["access"]): Promise<Caller | undefined> {
  const changes = request.method !== "GET" && request.method !== "HEAD";
  if (access === "public") {
    await countRequest("stranger", clientAddress(request.headers));
    if (changes) assertSameOrigin(request.headers, publicUrl(runtime.env));
    return undefined;
  }
  let caller: Caller | undefined;
  try {
    caller = await identify(runtime, request.headers);
    if (!caller) throw signInNeeded();
  } catch (error) {
    if (error instanceof SallyportError && error.code === "unauthenticated") await countRequest("stranger", clientAddress(request.headers));
    throw error;
  }
  await countRequest("caller", caller.actor.id);
  if (changes && caller.via === "browser") assertSameOrigin(request.headers, publicUrl(runtime.env));
  return caller;
}

export function contextOf(runtime: Runtime, caller: Caller, fleetId: string, requestId: string): Context {
  const { database, secrets, env, clock } = runtime;
  return { database, secrets, env, clock, actor: caller.actor, fleetId, via: caller.via, requestId };
}

function demand(caller: Caller | undefined): Caller {
  if (!caller) throw signInNeeded();
  return caller;
}

/** A caller may bring its own id, to find its request again in our log. */
function requestIdOf(request: Request): string {
  const given = request.headers.get("x-request-id");
  return given !== null && /^[A-Za-z0-9_-]{1,64}$/.test(given) ? given : newId("request");
}
