import { publicUrl } from "@/lib/base/env";
import { describeApi } from "./openapi";
import type { RouteHandler } from "./route";
import { webRuntime } from "./runtime";

let text: string | undefined;

/** The API description, made once per process. */
export function openApiResponse(routes: Record<string, Partial<Record<string, RouteHandler>>>): Response {
  text ??= JSON.stringify(describeApi(routes, publicUrl(webRuntime().env)));
  return new Response(text, { headers: { "content-type": "application/json", "cache-control": "public, max-age=300" } });
}
