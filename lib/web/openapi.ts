import { z } from "zod";
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from "zod-openapi";
import { alertRuleSchema, alertSchema, channelSchema } from "@/lib/domain/alerts/alert-view";
import { deviceCredentialsSchema, deviceDetailSchema, deviceRowSchema } from "@/lib/domain/devices/device-view";
import { apiKeySchema, memberSchema } from "@/lib/domain/members/member-view";
import { tokenViewSchema } from "@/lib/domain/tokens/token-view";
import type { RouteHandler } from "./route";

const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string(),
  hint: z.string().optional(),
  fields: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  requestId: z.string(),
});

/** Describes the API in OpenAPI 3.1, from the very schemas that check what comes in and goes out. */
export function describeApi(routes: Record<string, Partial<Record<string, RouteHandler>>>, server: string) {
  const paths: ZodOpenApiPathsObject = {};
  for (const [folder, handlers] of Object.entries(routes)) {
    const path = folder.replace(/\[(\w+)\]/g, "{$1}");
    const operations = Object.entries(handlers).flatMap(([method, handler]) =>
      handler ? [[method.toLowerCase(), operation(path, method, handler)] as const] : [],
    );
    paths[path] = Object.fromEntries(operations);
  }
  return createDocument({
    openapi: "3.1.0",
    info: {
      title: "Sallyport",
      version: "1",
      description: "Operator console for fleets of devices that only ever dial out. Lists answer `items`, `nextCursor` and the exact `total`.",
    },
    servers: [{ url: `${server}/api/v1` }],
    security: [{ apiKey: [] }, { session: [] }],
    components: {
      securitySchemes: {
        apiKey: { type: "http", scheme: "bearer", description: "An API key of one fleet: `sp_...`. Where an address says so, also an access token: `eyJ...`" },
        session: { type: "apiKey", in: "cookie", name: "next-auth.session-token", description: "The console's own; changes need its origin." },
      },
      schemas: {
        Alert: alertSchema,
        AlertRule: alertRuleSchema,
        ApiKey: apiKeySchema,
        Channel: channelSchema,
        Device: deviceRowSchema,
        DeviceCredentials: deviceCredentialsSchema,
        DeviceDetail: deviceDetailSchema,
        Member: memberSchema,
        Problem: problemSchema,
        Token: tokenViewSchema,
      },
    },
    paths,
  });
}

function needs({ access, topic }: RouteHandler["spec"]): string {
  const token = topic === undefined ? "" : `, or an access token that may subscribe to the device's \`${topic === "presence" ? topic : `up/${topic}`}\``;
  return `Needs \`${access}\`${token}.`;
}

function operation(path: string, method: string, { spec }: RouteHandler): ZodOpenApiOperationObject {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].flatMap(([, name]) => name ?? []);
  const shape = spec.input instanceof z.ZodObject ? spec.input.shape : {};
  const given = Object.fromEntries(Object.entries(shape).filter(([name]) => !inPath.includes(name)));
  const byQuery = method === "GET" || method === "DELETE";
  const fleet = spec.access === "public" || spec.access === "signed-in" ? {} : { fleet: z.string().optional() };
  const body = spec.input instanceof z.ZodObject && inPath.length > 0 ? z.object(given) : spec.input;
  return {
    operationId: `${method.toLowerCase()}${path.replace(/[^A-Za-z]+(\w)?/g, (_, next: string | undefined) => (next ?? "").toUpperCase())}`,
    summary: spec.summary,
    description: spec.access === "public" ? "Open to anybody." : spec.access === "signed-in" ? "About the caller." : needs(spec),
    tags: [path.split("/")[1] ?? ""],
    ...(spec.access === "public" ? { security: [] } : {}),
    requestParams: {
      ...(inPath.length > 0 ? { path: z.object(Object.fromEntries(inPath.map((name) => [name, z.string()]))) } : {}),
      query: z.object({ ...fleet, ...(byQuery ? given : {}) }),
    },
    ...(byQuery || !body ? {} : { requestBody: { required: true, content: { "application/json": { schema: body } } } }),
    responses: {
      [String(spec.status) as `${1 | 2 | 3 | 4 | 5}${string}`]: { description: "Done.", content: { "application/json": { schema: spec.output } } },
      default: { description: "A problem, in words (RFC 9457).", content: { "application/problem+json": { schema: problemSchema } } },
    },
  };
}
