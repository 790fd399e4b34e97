import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Webhook } from "standardwebhooks";
import { afterEach, describe, expect, test } from "vitest";
import { type PostOptions, postWebhook } from "./post-webhook";
import { isPublicAddress } from "./public-address";
import { resolveTarget, TargetRefused } from "./resolve-target";
import { makeWebhookSecret, signedHeaders } from "./webhook-secret";

interface Receiver {
  port: number;
  hits: { url: string; headers: IncomingMessage["headers"]; body: string }[];
  connections: number;
  close(): Promise<void>;
}

const receivers: Receiver[] = [];
afterEach(async () => {
  await Promise.all(receivers.splice(0).map((receiver) => receiver.close()));
});

/** A real listener on loopback that counts what reaches it. */
async function receiver(host = "127.0.0.1", answer: (response: ServerResponse) => void = (response) => response.end("thanks")): Promise<Receiver> {
  const made: Receiver = { port: 0, hits: [], connections: 0, close: async () => {} };
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    made.hits.push({ url: request.url ?? "", headers: request.headers, body });
    answer(response);
  });
  server.on("connection", () => made.connections++);
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, host, resolve));
  const address = server.address();
  if (address !== null && typeof address === "object") made.port = address.port;
  made.close = () =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  receivers.push(made);
  return made;
}

const post = (url: string, options: Partial<PostOptions> = {}, body = "{}") => postWebhook({ url, headers: {}, body }, { allowedHosts: [], ...options });

/** Spellings of hosts that must never be reached; `names` resolve as given. PORT is the decoy's. */
const SPELLINGS = [
  "127.0.0.1",
  "127.1",
  "127.0.1",
  "127.000.000.001",
  "127.255.255.254",
  "0.0.0.0",
  "0",
  "2130706433",
  "0x7f000001",
  "0x7f.0.0.1",
  "0X7F.1",
  "017700000001",
  "0177.0.0.1",
  "0177.0.0.01",
  "127.0.0.1.",
  "%31%32%37.0.0.1",
  "①②⑦.⓪.⓪.①",
  "127。0。0。1",
  "localhost",
  "LOCALHOST",
  "localhost.",
  "[::1]",
  "[0:0:0:0:0:0:0:1]",
  "[::]",
  "[::ffff:127.0.0.1]",
  "[::ffff:7f00:1]",
  "[0:0:0:0:0:ffff:127.0.0.1]",
  "[::127.0.0.1]",
  "[::ffff:0:127.0.0.1]",
  "[64:ff9b::127.0.0.1]",
  "[64:ff9b:1::127.0.0.1]",
  "[2002:7f00:1::]",
  "[2001:0:7f00:1::]",
  "[fe80::1]",
  "[fc00::1]",
  "[fd00::1]",
  "[fec0::1]",
  "[ff02::1]",
  "[2001:db8::1]",
  "10.0.0.1",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.1.1",
  "169.254.169.254",
  "100.64.0.1",
  "192.0.0.1",
  "192.0.2.1",
  "198.18.0.1",
  "203.0.113.1",
  "224.0.0.1",
  "240.0.0.1",
  "255.255.255.255",
  "resolves-to-loopback.test",
  "resolves-to-mapped.test",
  "one-of-two-is-private.test",
  "resolves-to-metadata.test",
];

const names = new Map([
  ["resolves-to-loopback.test", ["127.0.0.1"]],
  ["resolves-to-mapped.test", ["::ffff:127.0.0.1"]],
  ["one-of-two-is-private.test", ["93.184.215.14", "127.0.0.1"]],
  ["resolves-to-metadata.test", ["169.254.169.254"]],
  ["localhost", ["127.0.0.1", "::1"]],
]);
const resolve: PostOptions["resolve"] = async (hostname) => {
  const found = names.get(hostname);
  if (!found) throw new Error(`unexpected look-up of ${hostname}`);
  return found.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
};

describe("where a webhook may go", () => {
  test(`${SPELLINGS.length} spellings of private addresses reach the decoy 0 times`, async () => {
    const decoy = await receiver("127.0.0.1");
    const decoy6 = await receiver("::1").catch(() => decoy); // A machine without IPv6.
    for (const host of SPELLINGS)
      for (const { port } of [decoy, decoy6]) await expect(post(`http://${host}:${port}/`, { resolve }), host).rejects.toThrow(TargetRefused);
    expect([decoy.connections, decoy6.connections]).toEqual([0, 0]);
    await post(`http://127.0.0.1:${decoy.port}/`, { allowedHosts: ["127.0.0.1"] });
    expect(decoy.connections).toBe(1); // The decoy does count.
  });

  test("no credentials, no other protocols", async () => {
    for (const url of ["ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "http://user:secret@example.com/", "not a url"])
      await expect(resolveTarget(url, { allowedHosts: [], resolve }), url).rejects.toThrow(TargetRefused);
  });

  test("public addresses are", () => {
    for (const address of ["1.1.1.1", "93.184.215.14", "100.128.0.1", "172.32.0.1", "2606:4700:4700::1111"])
      expect(isPublicAddress(address), address).toBe(true);
  });

  test("the address that was checked is the one that is dialled, however the name resolves by then", async () => {
    const [checked, other] = [await receiver("127.0.0.1"), await receiver("127.0.0.2")];
    let lookups = 0;
    const rebinding: PostOptions["resolve"] = async () => [{ address: ++lookups === 1 ? "127.0.0.1" : "127.0.0.2", family: 4 }];
    const answer = await post(`http://rebind.test:${checked.port}/`, { allowedHosts: ["rebind.test"], resolve: rebinding });
    expect(answer.status).toBe(200);
    expect(lookups).toBe(1);
    expect([checked.hits.length, other.connections]).toEqual([1, 0]);
    expect(checked.hits[0]?.headers.host).toBe(`rebind.test:${checked.port}`);
  });

  test("an exempted host is exempted by its whole name only", async () => {
    const decoy = await receiver();
    const loopback: PostOptions["resolve"] = async () => [{ address: "127.0.0.1", family: 4 }];
    for (const host of ["evil-hook.test", "hook.test.evil", "a.hook.test"])
      await expect(post(`http://${host}:${decoy.port}/`, { allowedHosts: ["hook.test"], resolve: loopback })).rejects.toThrow(TargetRefused);
    expect(decoy.connections).toBe(0);
    expect((await post(`http://HOOK.test.:${decoy.port}/`, { allowedHosts: ["Hook.Test"], resolve: loopback })).status).toBe(200);
  });
});

describe("how it goes there", () => {
  test("a redirect is an answer, not followed", async () => {
    const decoy = await receiver();
    const redirecting = await receiver("127.0.0.1", (response) => response.writeHead(302, { location: `http://127.0.0.1:${decoy.port}/` }).end());
    expect((await post(`http://127.0.0.1:${redirecting.port}/`, { allowedHosts: ["127.0.0.1"] })).status).toBe(302);
    expect(decoy.connections).toBe(0);
  });

  test("at most 1 KB of an endless answer is read", async () => {
    const endless = await receiver("127.0.0.1", (response) => {
      response.on("error", () => {});
      const more = (): void => {
        if (!response.destroyed) response.write("x".repeat(64 * 1024), () => setImmediate(more));
      };
      more();
    });
    const answer = await post(`http://127.0.0.1:${endless.port}/`, { allowedHosts: ["127.0.0.1"] });
    expect(answer).toEqual({ status: 200, excerpt: "x".repeat(1024) });
  });

  test("an answer that never comes is given up when the sender stops", async () => {
    const silent = await receiver("127.0.0.1", () => {});
    const stop = new AbortController();
    const sending = post(`http://127.0.0.1:${silent.port}/`, { allowedHosts: ["127.0.0.1"], signal: stop.signal });
    await expect.poll(() => silent.hits.length).toBe(1);
    stop.abort();
    await expect(sending).rejects.toThrow();
  });

  test("the receiver can verify it with the Standard Webhooks library, and a changed body is noticed", async () => {
    const target = await receiver();
    const secret = makeWebhookSecret();
    const body = JSON.stringify({ type: "test", data: { text: "Grüße" } });
    await postWebhook(
      { url: `http://127.0.0.1:${target.port}/hook`, headers: signedHeaders(secret, "msg_1", body, new Date()), body },
      { allowedHosts: ["127.0.0.1"] },
    );
    const [hit] = target.hits;
    const headers = Object.fromEntries(Object.entries(hit?.headers ?? {}).map(([name, value]) => [name, String(value)]));
    expect(new Webhook(secret).verify(hit?.body ?? "", headers)).toEqual(JSON.parse(body));
    expect(() => new Webhook(secret).verify(`${hit?.body} `, headers)).toThrow();
    expect(headers["webhook-id"]).toBe("msg_1");
  });
});
