import { z } from "zod";
import { readProblem } from "../api-error";

const csrfSchema = z.object({ csrfToken: z.string() });
const nextSchema = z.object({ url: z.string() });

/** next-auth's own doors under /api/auth, without its browser library: three form posts. Throws ApiError. */
async function post(path: string, fields: Record<string, string>): Promise<string> {
  const { csrfToken } = csrfSchema.parse(await (await fetch("/api/auth/csrf")).json());
  const response = await fetch(`/api/auth/${path}`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
    body: new URLSearchParams({ ...fields, csrfToken, json: "true" }),
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw readProblem(response.status, answer, response.headers.get("x-request-id") ?? undefined);
  return nextSchema.parse(answer).url;
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
