import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { postWebhook } from "./post-webhook";
import { makeWebhookSecret, signedHeaders } from "./webhook-secret";

const folder = mkdtempSync(path.join(tmpdir(), "sallyport-receivers-"));
const started: ChildProcess[] = [];
afterAll(() => {
  for (const child of started) child.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

/** The only block of this language in docs/alerts.md. */
function snippet(language: string): string {
  const text = readFileSync(path.resolve(import.meta.dirname, "../../../../docs/alerts.md"), "utf8");
  const blocks = [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))];
  expect(blocks).toHaveLength(1);
  return blocks[0]?.[1] ?? "";
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return address !== null && typeof address === "object" ? address.port : 0;
}

const receivers = [
  { language: "js", file: "receiver.mjs", command: process.execPath },
  { language: "python", file: "receiver.py", command: "python3" },
].filter(({ command }) => spawnSync(command, ["--version"]).status === 0);

test.each(receivers)("the documented receiver in $language takes what we sign and nothing else", async ({ language, file, command }) => {
  const script = path.join(folder, file);
  writeFileSync(script, snippet(language));
  const secret = makeWebhookSecret();
  const port = await freePort();
  const child = spawn(command, [script], { env: { ...process.env, WEBHOOK_SECRET: secret, PORT: String(port) }, stdio: ["ignore", "pipe", "inherit"] });
  started.push(child);
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  await expect.poll(() => output).toContain("listening");

  const body = JSON.stringify({ type: "alert.fired", data: { alert: { device: { name: "Pümpe 3" } } } });
  const status = async (headers: Record<string, string>, sent = body) =>
    (await postWebhook({ url: `http://127.0.0.1:${port}/`, headers, body: sent }, { allowedHosts: ["127.0.0.1"] })).status;
  const good = signedHeaders(secret, "msg_1", body, new Date());
  expect(await status(good)).toBe(204);
  await expect.poll(() => output).toContain("alert.fired Pümpe 3");
  expect(await status(good, body.replace("3", "4"))).toBe(401);
  expect(await status({ ...good, "webhook-id": "msg_2" })).toBe(401);
  expect(await status({ ...good, "webhook-signature": "v1,AAAA" })).toBe(401);
  expect(await status(signedHeaders(makeWebhookSecret(), "msg_1", body, new Date()))).toBe(401);
  expect(await status(signedHeaders(secret, "msg_1", body, new Date(Date.now() - 600_000)))).toBe(401);
});
