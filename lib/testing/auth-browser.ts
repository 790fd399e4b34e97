import { handleAuth } from "@/lib/web/auth-handler";

/** Cookies of one site, as a browser keeps them. */
export function cookieJar() {
  const jar = new Map<string, string>();
  return {
    names: () => [...jar.keys()],
    header: () => [...jar].map(([name, value]) => `${name}=${value}`).join("; "),
    take(response: Response) {
      for (const line of response.headers.getSetCookie()) {
        const [pair = "", ...attributes] = line.split("; ");
        const [name = "", value = ""] = pair.split(/=(.*)/s);
        const over = attributes.some((attribute) => /^max-age=0|^expires=thu, 01 jan 1970/i.test(attribute));
        if (over || value === "") jar.delete(name);
        else jar.set(name, value);
      }
    },
  };
}

/** A browser at the console's sign-in doors: keeps cookies, sends forms from a page of the console. No server in between. */
export function authBrowser(headers: Record<string, string> = {}, consoleUrl = "http://localhost:3000") {
  const jar = cookieJar();
  const send = async (path: string, form?: Record<string, string>) => {
    const url = new URL(path, consoleUrl);
    const request = new Request(url, {
      method: form ? "POST" : "GET",
      headers: { cookie: jar.header(), "sec-fetch-site": "same-origin", ...headers },
      ...(form ? { body: new URLSearchParams(form) } : {}),
    });
    const response = await handleAuth(request, { params: Promise.resolve({ nextauth: url.pathname.split("/").slice(3) }) });
    jar.take(response);
    return response;
  };
  const post = async (path: string, form: Record<string, string>) => {
    const { csrfToken } = (await (await send("/api/auth/csrf")).json()) as { csrfToken: string };
    return send(path, { csrfToken, json: "true", ...form });
  };
  return {
    cookie: jar.header,
    cookieNames: jar.names,
    send,
    post,
    signIn: (email: string, password: string, more: object = {}) =>
      post("/api/auth/callback/credentials", { email, password, callbackUrl: "/devices", ...more }),
    signOut: () => post("/api/auth/signout", { callbackUrl: "/sign-in" }),
  };
}
