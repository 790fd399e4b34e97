import { SallyportError } from "@/lib/base/errors";

const ANSWER_LIMIT_MS = 5_000;

export interface ManagementApi {
  /** The status and the JSON in the body, `undefined` when there is none. Other statuses than the expected ones throw `unavailable`. */
  call(method: "GET" | "DELETE", path: string, expected: readonly number[], headers?: Record<string, string>): Promise<{ status: number; body: unknown }>;
}

/** A broker's HTTP API. `address` carries the credentials: `http://user:password@host:port`. */
export function managementApi(address: string): ManagementApi {
  const url = new URL(address);
  const credentials = [url.username, url.password].map(decodeURIComponent).join(":");
  const authorization = `Basic ${Buffer.from(credentials).toString("base64")}`;
  url.username = "";
  url.password = "";
  const base = url.href.replace(/\/$/, "");
  return {
    async call(method, path, expected, headers = {}) {
      const response = await fetch(`${base}${path}`, {
        method,
        headers: { accept: "application/json", authorization, ...headers },
        redirect: "error",
        signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
      });
      const text = await response.text();
      if (!expected.includes(response.status))
        throw new SallyportError("unavailable", `The broker's API answered ${response.status} to ${method} ${path.split("/").slice(0, 4).join("/")}.`);
      return { status: response.status, body: parseJson(text) };
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
