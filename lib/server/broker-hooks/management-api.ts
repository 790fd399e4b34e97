import { SallyportError } from "@/lib/base/errors";

const ANSWER_LIMIT_MS = 5_000;

export interface ManagementApi {
  /** The status and the JSON in the body, `undefined` when there is none. Other statuses than the expected ones throw `unavailable`. */
  call(method: "GET" | "DELETE", path: string, expected: readonly number[], headers?: Record<string, string>): Promise<{ status: number; body: unknown }>;
}

/**
 * A broker's HTTP API. Each address carries the credentials, `http://user:password@host:port`, and is of one node of a cluster:
 * one that does not answer is passed over, and the one that answered is asked first from then on.
 */
export function managementApi(addresses: readonly string[]): ManagementApi {
  let nodes = addresses.map(nodeAt);
  return {
    async call(method, path, expected, headers = {}) {
      const { node, status, text } = await firstAnswer(nodes, { method, path, headers });
      nodes = [node, ...nodes.filter((other) => other !== node)];
      if (!expected.includes(status))
        throw new SallyportError("unavailable", `The broker's API answered ${status} to ${method} ${path.split("/").slice(0, 4).join("/")}.`);
      return { status, body: parseJson(text) };
    },
  };
}

interface ApiNode {
  base: string;
  authorization: string;
}

function nodeAt(address: string): ApiNode {
  const url = new URL(address);
  const credentials = [url.username, url.password].map(decodeURIComponent).join(":");
  url.username = "";
  url.password = "";
  return { base: url.href.replace(/\/$/, ""), authorization: `Basic ${Buffer.from(credentials).toString("base64")}` };
}

interface ApiRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
}

async function firstAnswer(nodes: readonly ApiNode[], { method, path, headers }: ApiRequest): Promise<{ node: ApiNode; status: number; text: string }> {
  let failure: unknown = new SallyportError("unavailable", "No address of the broker's API is set.");
  for (const node of nodes) {
    try {
      const response = await fetch(`${node.base}${path}`, {
        method,
        headers: { accept: "application/json", authorization: node.authorization, ...headers },
        redirect: "error",
        signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
      });
      return { node, status: response.status, text: await response.text() };
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

function parseJson(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
