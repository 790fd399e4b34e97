import { createServer, type Server } from "node:http";
import { emqxAuthn, emqxAuthz, hookRoute, mosquittoAdmit, rabbitmqResource, rabbitmqTopic, rabbitmqUser, rabbitmqVhost } from "@/lib/server/broker-hooks";
import type { HookRuntime } from "@/lib/server/broker-hooks/hook-route";

export interface HookServer {
  port: number;
  /** Paths that were asked, in order. */
  asked: string[];
  /** The web process is gone: connections are refused until `resume`. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  close(): Promise<void>;
}

const DOORS = {
  "/api/broker/emqx/authn": emqxAuthn,
  "/api/broker/emqx/authz": emqxAuthz,
  "/api/broker/mosquitto/admit": mosquittoAdmit,
  "/api/broker/rabbitmq/user": rabbitmqUser,
  "/api/broker/rabbitmq/vhost": rabbitmqVhost,
  "/api/broker/rabbitmq/resource": rabbitmqResource,
  "/api/broker/rabbitmq/topic": rabbitmqTopic,
} as const;

/** The hooks' route handlers behind a real HTTP server on loopback, as the web process serves them. */
export async function startHookServer(runtime: () => HookRuntime): Promise<HookServer> {
  const asked: string[] = [];
  const handlers = new Map(Object.entries(DOORS).map(([path, door]) => [path, hookRoute(door, runtime)]));
  let server = serve(handlers, asked);
  const port = await listen(server, 0);
  const stop = async () => {
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  return {
    port,
    asked,
    pause: stop,
    async resume() {
      if (server.listening) return;
      server = serve(handlers, asked);
      await listen(server, port);
    },
    close: stop,
  };
}

function serve(handlers: ReadonlyMap<string, (request: Request) => Promise<Response>>, asked: string[]): Server {
  return createServer(async (incoming, outgoing) => {
    const url = new URL(incoming.url ?? "/", "http://localhost");
    asked.push(url.pathname);
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const headers = new Headers(Object.entries(incoming.headers).flatMap(([name, value]) => (typeof value === "string" ? [[name, value] as const] : [])));
    const handler = handlers.get(url.pathname);
    const response = await handler?.(new Request(url, { method: "POST", headers, body: Buffer.concat(chunks) }));
    outgoing.writeHead(response?.status ?? 404, Object.fromEntries(response?.headers ?? []));
    outgoing.end(await response?.text());
  });
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : 0);
    });
  });
}
