import { type APIRequestContext, expect, request } from "@playwright/test";

/** The HTTP API as a signed-in person's browser speaks it. */
export interface ConsoleApi {
  get<T = unknown>(path: string): Promise<T>;
  post<T = unknown>(path: string, body?: object): Promise<T>;
  /** Only the status, for what should be refused. */
  status(method: "GET" | "POST" | "PATCH" | "DELETE", path: string, body?: object): Promise<number>;
  /** For browser contexts of the same person. */
  storageState(): ReturnType<APIRequestContext["storageState"]>;
  close(): Promise<void>;
}

/** Signs in by next-auth's own doors. */
export async function signInToApi(url: string, email: string, password: string): Promise<ConsoleApi> {
  // What a browser sends with each request that changes something.
  // A connection for each request: one that lay idle for seconds may be closed by the server in the moment in which it is used again.
  const context = await request.newContext({ baseURL: url, extraHTTPHeaders: { origin: url, connection: "close" } });
  const { csrfToken } = (await (await context.get("/api/auth/csrf")).json()) as { csrfToken: string };
  const form = { email, password, csrfToken, callbackUrl: "/overview", json: "true" };
  const answer = await context.post("/api/auth/callback/credentials", { form });
  expect(answer.status(), `${email} signs in: ${await answer.text()}`).toBe(200);

  const call = (method: string, path: string, body?: object) => context.fetch(`/api/v1${path}`, { method, ...(body && { data: body }) });
  const read = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const response = await call(method, path, body);
    const text = await response.text();
    if (!response.ok()) throw new Error(`${method} ${path} answered ${response.status()}: ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as T;
  };
  return {
    get: (path) => read("GET", path),
    post: (path, body) => read("POST", path, body ?? {}),
    status: async (method, path, body) => (await call(method, path, method === "GET" ? undefined : (body ?? {}))).status(),
    storageState: () => context.storageState(),
    close: () => context.dispose(),
  };
}
