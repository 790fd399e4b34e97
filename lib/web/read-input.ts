import { SallyportError } from "@/lib/base/errors";

const BODY_LIMIT_BYTES = 256 * 1024;

/** Query parameters as one flat object. `lists` may come repeated or comma-separated; any other parameter once. */
export function readQuery(params: URLSearchParams, lists: readonly string[]): Record<string, string | string[]> {
  const input: Record<string, string | string[]> = {};
  for (const key of new Set(params.keys())) {
    const values = params.getAll(key).filter((value) => value !== "");
    const [value] = values;
    if (key === "fleet" || value === undefined) continue;
    if (lists.includes(key)) input[key] = values.flatMap((text) => text.split(",")).filter(Boolean);
    else if (values.length === 1) input[key] = value;
    else throw new SallyportError("invalid_input", `${key}: given more than once.`, { fields: [{ path: key, message: "Given more than once." }] });
  }
  return input;
}

/** The JSON object in the body; an empty body is an empty object. The size limit holds while reading, whatever the header says. */
export async function readBody(request: Request, limit = BODY_LIMIT_BYTES): Promise<object> {
  const text = await readText(request, limit);
  if (text === "") return {};
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/json\b/i.test(type))
    throw new SallyportError("invalid_input", "The body must be JSON.", { hint: "Send Content-Type: application/json." });
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new SallyportError("invalid_input", "The body is not valid JSON.");
  }
  if (body === null || typeof body !== "object" || Array.isArray(body)) throw new SallyportError("invalid_input", "The body must be a JSON object.");
  return body;
}

export async function readText(request: Request, limit: number): Promise<string> {
  if (!request.body) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > limit) throw new SallyportError("too_large", `The body has more than ${limit} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
