import { ApiError, readProblem } from "../api-error";

/** One text of a JSON answer. By hand: this page loads no schema library. */
async function readText(response: Response, name: string): Promise<string> {
  const answer: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw readProblem(response.status, answer, response.headers.get("x-request-id") ?? undefined);
  const value = typeof answer === "object" && answer !== null ? Reflect.get(answer, name) : undefined;
  if (typeof value === "string") return value;
  throw new ApiError("internal", "The server answered something that this page does not understand.", { status: response.status, hint: "Reload the page." });
}

/** next-auth's own doors under /api/auth, without its browser library: three form posts. Throws ApiError. */
async function post(path: string, fields: Record<string, string>): Promise<string> {
  const csrfToken = await readText(await send("csrf"), "csrfToken");
  const body = new URLSearchParams({ ...fields, csrfToken, json: "true" });
  const headers = { "content-type": "application/x-www-form-urlencoded", accept: "application/json" };
  return readText(await send(path, { method: "POST", headers, body }), "url");
}

async function send(path: string, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(`/api/auth/${path}`, init);
  } catch {
    throw new ApiError("unavailable", "The console's server cannot be reached.", { status: 0, hint: "Check your connection." });
  }
}

/** Sets the session cookie. */
export async function signInByPassword(email: string, password: string): Promise<void> {
  await post("callback/credentials", { email, password, callbackUrl: "/overview" });
}

/** Answers the address of the identity provider, to go to. */
export function signInByOidc(callbackPath: string): Promise<string> {
  return post("signin/oidc", { callbackUrl: callbackPath });
}

export async function signOut(): Promise<void> {
  await post("signout", { callbackUrl: "/sign-in" });
}
