import { afterEach, expect, test, vi } from "vitest";
import { signInByOidc, signInByPassword } from "./sign-in";

afterEach(() => vi.unstubAllGlobals());

const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });

function server(answer: () => Response) {
  const fetched = vi.fn(async (path: string, _init?: RequestInit) => (path.endsWith("/csrf") ? json(200, { csrfToken: "csrf-1" }) : answer()));
  vi.stubGlobal("fetch", fetched);
  return fetched;
}

test("the password is posted with next-auth's token against forgery", async () => {
  const fetched = server(() => json(200, { url: "http://localhost/overview" }));
  await signInByPassword("ada@example.com", "a & b = c");
  const [path, init] = fetched.mock.calls[1] ?? [];
  expect(path).toBe("/api/auth/callback/credentials");
  expect(Object.fromEntries(new URLSearchParams(String(init?.body)))).toMatchObject({
    email: "ada@example.com",
    password: "a & b = c",
    csrfToken: "csrf-1",
    json: "true",
  });
});

test("a refusal says why, in the server's words", async () => {
  server(() => json(429, { code: "rate_limited", detail: "Too many tries. Wait a minute.", url: "http://localhost/sign-in?error=RateLimited" }));
  await expect(signInByPassword("ada@example.com", "wrong")).rejects.toMatchObject({ code: "rate_limited", message: "Too many tries. Wait a minute." });
});

test("single sign-on answers where to go", async () => {
  server(() => json(200, { url: "https://id.example.com/authorize" }));
  await expect(signInByOidc("/devices")).resolves.toBe("https://id.example.com/authorize");
});

test("without a server, or with a strange answer, there is a sentence all the same", async () => {
  server(() => new Response("<html>", { status: 200 }));
  await expect(signInByPassword("a@example.com", "x")).rejects.toMatchObject({ code: "internal" });
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => {
      throw new TypeError("fetch failed");
    }),
  );
  await expect(signInByPassword("a@example.com", "x")).rejects.toMatchObject({ code: "unavailable" });
});
