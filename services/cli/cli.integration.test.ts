import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "@/lib/base/ids";
import { createLog } from "@/lib/base/log";
import { openSecrets } from "@/lib/server/secrets";
import { ensureSigningKey } from "@/lib/server/tokens";
import { revocationSettler } from "@/lib/server/tokens/revocations/settle-revocations";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeAlertRule, makeDevice, makeFleet, makeProfile, makeRefusal } from "@/lib/testing/factories";
import { runCli } from "./run";

let db: TestDatabase;
let fleetId: string;
const dataDir = mkdtempSync(path.join(tmpdir(), "sallyport-cli-"));
const env = () => ({ ...process.env, DATABASE_URL: db.url, DATA_DIR: dataDir, MQTT_PORT: "1884", PUBLIC_URL: "https://console.example", NO_COLOR: "1" });

beforeAll(async () => {
  db = await testDatabase();
  await ensureSigningKey(db.database, openSecrets(dataDir));
  fleetId = (await makeFleet(db.database, "Pumps")).id;
  await makeProfile(db.database, fleetId, { name: "default" });
});
afterAll(async () => {
  await db.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function cli(...argv: string[]) {
  let [stdout, stderr] = ["", ""];
  const write = (text: string) => {
    stdout += text;
  };
  const writeError = (text: string) => {
    stderr += text;
  };
  const output = (json: boolean) => ({ json, terminal: false, write, writeError });
  const code = await runCli(argv, { env: env(), output });
  return { code, stdout, stderr };
}
async function json(...argv: string[]) {
  const { code, stdout, stderr } = await cli(...argv, "--json");
  expect(stderr).toBe("");
  expect(code).toBe(0);
  expect(stdout.match(/\n/g)).toHaveLength(1);
  return JSON.parse(stdout);
}

test("a device from birth to retirement", async () => {
  const added = await json("devices", "add", "Pump 1", "--site", "Harbour", "--tag", "line=a", "--tag", "floor=2", "--token-days", "5");
  expect(added).toMatchObject({
    username: added.deviceId,
    host: "127.0.0.1",
    port: 1884,
    telemetryTopic: `sp/v1/${fleetId}/${added.deviceId}/up/telemetry`,
    token: expect.any(String),
  });
  expect(await json("devices", "show", "Pump 1")).toMatchObject({ id: added.deviceId, site: { name: "Harbour" }, tags: [{ key: "floor" }, { key: "line" }] });
  const granted = await json("tokens", "grant", "Pump 1", "--label", "spare");
  expect(granted).toMatchObject({ deviceId: added.deviceId, telemetryTopic: added.telemetryTopic });
  expect((await json("tokens", "list", "--device", "Pump 1")).total).toBe(2);
  expect(await json("tokens", "revoke", granted.tokenId, "--reason", "lost")).toMatchObject({ tokenId: granted.tokenId, revoked: true });
  expect(await json("devices", "set", "Pump 1", "--name", "Pump one", "--no-site", "--lifecycle", "retired")).toMatchObject({ revokedTokens: 1 });
  expect(await json("devices", "show", added.deviceId)).toMatchObject({ name: "Pump one", site: null, lifecycle: "retired" });
  const audit = await json("audit", "list", "--object-id", added.deviceId);
  expect(audit.items[0]).toMatchObject({ action: "device.changed", via: "cli", actor: { kind: "system" } });
});

test("refusals, and what a broker would say", async () => {
  const { deviceId } = await json("devices", "add", "Pump 2");
  const topic = `sp/v1/${fleetId}/${deviceId}/down/state`;
  const token = await db.database.prisma.accessToken.findFirstOrThrow({ where: { deviceId } });
  const refusal = await makeRefusal(db.database, { id: deviceId, fleetId }, { tokenId: token.id, topic });
  expect((await json("refusals", "list", "--device", "Pump 2", "--action", "publish")).items).toMatchObject([{ topic, reasonWords: "Not granted" }]);
  expect(await json("refusals", "explain", String(refusal.id))).toMatchObject({ explanation: { authDecision: "IMPLICIT_DENY", fix: { kind: "add" } } });
  expect((await cli("refusals", "explain", String(refusal.id))).stdout).toContain("Smallest change that would allow it");
  const said = await json("tokens", "simulate", topic, "--device", "Pump 2", "--action", "subscribe", "--qos", "1");
  expect(said.results).toMatchObject([{ token: { id: token.id }, decisions: [{ authDecision: "ALLOWED", decidedBy: 1 }] }]);
  expect((await cli("tokens", "simulate", topic, "--device", "Pump 2")).stdout).toContain("IMPLICIT_DENY");
});

test("a grant from a file, and the policy that bounds it", async () => {
  const file = path.join(dataDir, "grant.json");
  writeFileSync(file, JSON.stringify({ subject: { kind: "service", name: "meter" }, ttl: 60, permissions: { patterns: { topics: { "+/presence": 1 } } } }));
  expect(await json("tokens", "grant", "--file", file)).toMatchObject({
    outcome: "granted",
    username: expect.stringMatching(/^svc_/),
    holder: { name: "meter" },
  });
  expect(await json("tokens", "policy", "--max-minutes", "30")).toEqual({ maxMinutes: 30, fourEyes: false, longFromMinutes: 129_600, homeGraceDays: 30 });
  expect(await cli("tokens", "grant", "--file", file)).toMatchObject({ code: 2, stderr: expect.stringContaining("30 minutes at most") });
  expect(await json("tokens", "policy", "--max-minutes", "525600", "--four-eyes", "off")).toMatchObject({ maxMinutes: 525_600 });
  writeFileSync(file, "{");
  expect(await cli("tokens", "grant", "--file", file)).toMatchObject({ code: 2, stderr: expect.stringContaining("cannot be read as JSON") });
});

test("lists page and filter as the API does", async () => {
  for (const name of ["a", "b", "c"]) await json("devices", "add", `list ${name}`);
  const first = await json("devices", "list", "--q", "list", "--state", "offline,never_seen", "--sort", "name", "--limit", "2");
  expect(first).toMatchObject({ total: 3, items: [{ name: "list a" }, { name: "list b" }] });
  const second = await json("devices", "list", "--q", "list", "--state", "offline,never_seen", "--sort", "name", "--limit", "2", "--cursor", first.nextCursor);
  expect(second).toMatchObject({ items: [{ name: "list c" }], nextCursor: null, total: 3 });
});

test("signing keys: rotate, count, retire", async () => {
  const { items } = await json("signing-keys", "list");
  const old = items[0].kid;
  expect(items).toMatchObject([{ state: "signing", retiredAt: null }]);
  expect(await json("signing-keys", "rotate", "--ahead-minutes", "60")).toMatchObject({ broughtForward: false });
  expect(await cli("signing-keys", "rotate")).toMatchObject({ code: 1, stderr: expect.stringContaining("upcoming key already") });
  expect(await cli("signing-keys", "rotate", "--ahead-minutes", "5", "--now")).toMatchObject({ code: 2 });
  expect(await cli("signing-keys", "retire", old)).toMatchObject({ code: 1, stderr: expect.stringContaining("Rotate first") });
  expect(await json("signing-keys", "rotate", "--now")).toMatchObject({ broughtForward: true });
  const { tokens, fleets } = await json("signing-keys", "retire", old, "--preview");
  expect(fleets).toEqual(tokens === 0 ? [] : [{ id: fleetId, name: "Pumps", tokens }]);
  expect(await cli("signing-keys", "retire", old, "--expect", String(tokens + 1))).toMatchObject({ code: 1 });
  expect(await json("signing-keys", "retire", old, "--expect", String(tokens), "--reason", "yearly")).toMatchObject({ kid: old, tokens });
  const states = (await json("signing-keys", "list")).items.map(({ state }: { state: string }) => state);
  expect(states).toEqual(["signing", "retired"]);
});

test("revocations: counted first, done when the count is said, and their receipts checked", async () => {
  const { deviceId } = await json("devices", "add", "Pump 9");
  await json("tokens", "grant", "Pump 9", "--label", "spare");
  expect(await cli("revocations", "create", "--device", "Pump 9", "--reason", "stolen")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("revoke 2"),
  });
  expect(await cli("revocations", "create", "--reason", "stolen")).toMatchObject({ code: 2 });
  expect(await json("revocations", "create", "--query", "label:spare", "--preview")).toMatchObject({ tokens: 1, devicesLeftWithout: { count: 0 } });
  const made = await json("revocations", "create", "--device", "Pump 9", "--reason", "stolen", "--expect", "2");
  expect(made).toMatchObject({ tokens: 2, selector: { deviceId }, reason: "stolen" });
  expect((await json("revocations", "list")).items[0]).toMatchObject({ id: made.id });
  expect(await json("revocations", "show", made.id)).toMatchObject({ id: made.id, tokenList: [{ subject: deviceId }, { subject: deviceId }] });
  const receipts = { database: db.database, secrets: openSecrets(dataDir), log: createLog("test", "silent"), lookedAt: () => undefined };
  await revocationSettler({ ...receipts, clock: { now: () => new Date(Date.now() + 2_000) } })();
  const [file, changed] = [path.join(dataDir, "receipt.jws"), path.join(dataDir, "changed.jws")];
  await json("revocations", "show", made.id, "--receipt", file);
  expect(await json("revocations", "verify", file)).toMatchObject({ genuine: true, receipt: { jti: made.id, tokens: { count: 2 } } });
  writeFileSync(
    changed,
    readFileSync(file, "utf8").replace(/.{40}\n$/, (end) => `${end.startsWith("A") ? "B" : "A"}${end.slice(1)}`),
  );
  expect(await cli("revocations", "verify", changed)).toMatchObject({ code: 2, stderr: expect.stringContaining("no receipt that this installation signed") });
});

test("zero inbound: who proved it, and the statement as a signed file that is checked", async () => {
  const { deviceId } = await json("devices", "add", "Pump 12");
  const { items } = await json("posture", "list", "--q", `id:${deviceId}`);
  expect(items).toMatchObject([{ id: deviceId, state: "no_report" }]);
  const file = path.join(dataDir, "posture.jws");
  expect((await json("posture", "statement", "--out", file)).statement.notProved).toContainEqual(expect.objectContaining({ id: deviceId }));
  expect(await json("posture", "verify", file)).toMatchObject({ genuine: true, statement: { proved: 0 } });
  expect(await cli("revocations", "verify", file)).toMatchObject({ code: 2, stderr: expect.stringContaining("something else") });
});

test("who can read a topic; the list of tokens as a new file", async () => {
  const { deviceId } = await json("devices", "add", "Pump 10");
  const who = await json("tokens", "who", `${deviceId}/up/telemetry`, "--publish");
  expect(who).toMatchObject({ allowedTotal: 1, allowed: [{ token: { subject: deviceId } }] });
  expect((await cli("tokens", "who", `${deviceId}/up/telemetry`, "--publish")).stdout).toContain("Pump 10");
  const file = path.join(dataDir, "tokens.jsonl");
  const { rows } = await json("tokens", "export", file, "--q", `"Pump 10"`);
  expect(rows).toBe(1);
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ subject: deviceId });
  expect(await cli("tokens", "export", file)).toMatchObject({ code: 1, stderr: expect.stringContaining("is there already") });
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ subject: deviceId });
});

test("devices from a file, checked first, and into a file again", async () => {
  const [source, report, exported] = ["in.csv", "report.csv", "out.csv"].map((name) => path.join(dataDir, name)) as [string, string, string];
  writeFileSync(source, "name,site,profile\nimported-1,Import Hall,\nimported-2,Import Hall,no such\n");
  const dry = await cli("devices", "import", source, "--dry-run", "--json");
  expect([dry.code, JSON.parse(dry.stdout)]).toMatchObject([1, { dryRun: true, added: 1, refused: 1, refusedRows: [{ line: 3, name: "imported-2" }] }]);
  expect((await cli("devices", "show", "imported-1")).code).toBe(1);
  expect((await cli("devices", "import", source, "--report", report)).stdout).toContain("no profile no such");
  expect(readFileSync(report, "utf8")).toContain("2,imported-1,added,Import Hall");
  expect(JSON.parse((await cli("devices", "import", source, "--json")).stdout)).toMatchObject({ added: 0, unchanged: 1 });
  expect(await json("devices", "export", exported, "--q", "imported")).toMatchObject({ rows: 1 });
  expect(await cli("devices", "import", path.join(dataDir, "none.csv"))).toMatchObject({ code: 2, stderr: expect.stringContaining("cannot be read") });
});

test("people and keys", async () => {
  const email = `${newId("user")}@example.com`;
  const added = await json("members", "add", email, "--role", "operator", "--name", "Op");
  expect(added.setupUrl).toMatch(/^https:\/\/console\.example\/setup\?token=/);
  expect(await json("members", "role", email, "--role", "admin")).toMatchObject({ role: "admin" });
  expect((await json("members", "link", email)).setupUrl).not.toBe(added.setupUrl);
  const second = `${newId("user")}@example.com`;
  await json("members", "add", second, "--role", "admin");
  expect(await json("members", "disable", second)).toMatchObject({ email: second, disabled: true });
  expect(await json("members", "enable", second)).toMatchObject({ disabled: false });
  await json("members", "remove", second);
  expect((await json("members", "list")).items).toMatchObject([{ email, role: "admin" }]);
  expect(await cli("members", "remove", email)).toMatchObject({ code: 1, stderr: expect.stringContaining("last admin") });
  const created = await json("api-keys", "create", "import", "--role", "operator", "--no-expiry");
  expect(created).toMatchObject({ key: expect.stringMatching(/^sp_/), expiresAt: null });
  expect((await json("api-keys", "list")).items[0]).not.toHaveProperty("key");
  expect(await json("api-keys", "revoke", created.id)).toMatchObject({ revokedAt: expect.any(String) });
});

test("sites, profiles, rules, alerts, channels, fleets", async () => {
  await json("sites", "add", "Quay", "--latitude", "53.5", "--longitude", "-10.25");
  expect((await json("sites", "list")).items).toContainEqual(expect.objectContaining({ name: "Quay", longitude: -10.25 }));
  await json("profiles", "add", "meter", "--reporting-interval-seconds", "900");
  expect((await json("profiles", "list")).items).toContainEqual(expect.objectContaining({ name: "meter", reportingIntervalSeconds: 900 }));
  expect(await json("rules", "add", "Hot", "--metric", "temperature", "--above", "-3.5", "--hold-seconds", "30", "--severity", "critical")).toMatchObject({
    threshold: -3.5,
    comparison: "above",
  });
  await json("rules", "add", "Gone");
  expect((await json("rules", "list")).total).toBe(2);
  const device = await makeDevice(db.database, fleetId);
  const rule = await makeAlertRule(db.database, fleetId);
  const alert = await db.database.prisma.alert.create({
    data: { id: newId("alert"), fleetId, ruleId: rule.id, deviceId: device.id, state: "firing", pendingAt: new Date(), firedAt: new Date() },
  });
  expect((await json("alerts", "list", "--state", "open")).items).toMatchObject([{ id: alert.id }]);
  expect(await json("alerts", "acknowledge", alert.id, "--comment", "on it")).toMatchObject({
    comment: "on it",
    acknowledgedBy: expect.stringContaining("Command line"),
  });
  expect(await json("channels", "add", "Ops", "https://example.com/hook")).toMatchObject({ secret: expect.stringMatching(/^whsec_/) });
  expect((await json("channels", "list")).total).toBe(1);
  expect((await json("fleets", "list")).items).toMatchObject([{ id: fleetId, name: "Pumps" }]);
});

test("another fleet is named by id or name, and nothing is reached across", async () => {
  const other = await makeFleet(db.database, "Meters");
  await makeProfile(db.database, other.id);
  const added = await json("devices", "add", "Meter 1", "--fleet", "Meters");
  expect(added.fleetId).toBe(other.id);
  expect((await json("devices", "list", "--fleet", other.id)).total).toBe(1);
  expect(await cli("devices", "show", added.deviceId)).toMatchObject({ code: 1, stderr: expect.stringContaining("No such device") });
  expect(await cli("devices", "list", "--fleet", "nothing")).toMatchObject({ code: 1, stderr: expect.stringContaining("fleets list") });
});

test("tables for people: plain when not a terminal, with nothing in them that acts on one", async () => {
  await makeDevice(db.database, fleetId, { name: "evil \u001b[31m\u202e" });
  const { stdout } = await cli("devices", "list", "--q", "evil");
  expect(stdout.split("\n")[0]).toMatch(/^name +state +since/);
  for (const harmful of ["\u001b", "\u202e", "│", "┌"]) expect(stdout).not.toContain(harmful);
  expect((await cli("devices", "list", "--q", "no such thing")).stdout).toBe("Nothing there.\n");
  expect((await cli("devices", "list", "--limit", "1")).stdout).toContain("more: --cursor ");
});

test.each([
  [["devices", "list", "--bad"], 2],
  [["devices", "nothing"], 2],
  [["devices", "add"], 2],
  [["devices", "list", "--limit", "x"], 2],
  [["devices", "list", "--state", "nonsense"], 2],
  [["members", "add", "a@example.com", "--role", "owner"], 2],
  [["rules", "add", "half", "--metric", "temperature"], 2],
  [["devices", "show", "nobody"], 1],
  [["tokens", "revoke", "tok_0000000000000000"], 1],
])("%j answers %i, with a sentence for people and an object for programs", async (argv, code) => {
  const plain = await cli(...argv);
  expect(plain).toMatchObject({ code, stdout: "" });
  expect(plain.stderr.trim().length).toBeGreaterThan(10);
  const program = await cli(...argv, "--json");
  expect(program).toMatchObject({ code, stdout: "" });
  expect(JSON.parse(program.stderr)).toMatchObject({ error: { code: code === 2 ? "invalid_input" : "not_found", message: expect.any(String) } });
});

test("health tells what does not run, with exit code 1", async () => {
  const { code, stdout } = await cli("health", "--json");
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    ok: false,
    parts: [
      { part: "database", ok: true },
      { part: "broker", ok: false },
      { part: "worker", ok: false },
      { part: "migrations", ok: true },
    ],
  });
});

test("as a process: one line on stdout; a clear word when nothing runs", async () => {
  const main = path.join(import.meta.dirname, "main.ts");
  const run = (argv: string[], more: object) =>
    promisify(execFile)(process.execPath, ["--import", "tsx", main, ...argv], { env: { ...env(), ...more } as NodeJS.ProcessEnv });
  const { stdout, stderr } = await run(["devices", "list", "--json"], {});
  expect(stderr).toBe("");
  expect(stdout.trimEnd().split("\n")).toHaveLength(1);
  expect(JSON.parse(stdout)).toHaveProperty("items");
  const failed = await run(["devices", "list"], { DATABASE_URL: "" }).catch((error: { code: number; stderr: string }) => error);
  expect(failed).toMatchObject({ code: 1, stderr: expect.stringMatching(/No database runs on .*\n.*npm start/) });
});

test("who is away, by likely cause; assigned, noted and closed", async () => {
  const fleet = await makeFleet(db.database, "Away");
  const profile = await makeProfile(db.database, fleet.id);
  const since = new Date(Date.now() - 60_000);
  await makeDevice(db.database, fleet.id, { name: "gone", profileId: profile.id, presence: { state: "offline", cause: "connection_lost", since } });
  const here = ["--fleet", "Away"];
  expect((await json("investigations", "groups", ...here)).items).toMatchObject([{ cause: "pending", devices: 1 }]);
  expect(await json("investigations", "change", "gone", "--note", "Van is on its way", ...here)).toEqual({ changed: 1 });
  expect((await json("investigations", "list", ...here)).items).toMatchObject([{ device: { name: "gone" }, lastNote: "Van is on its way" }]);
  expect(await json("investigations", "change", "gone", "--closed-reason", "Replaced", ...here)).toEqual({ changed: 1 });
  expect(await json("investigations", "show", "gone", ...here)).toMatchObject({ absence: { view: "closed", closedReason: "Replaced" } });
  expect((await json("investigations", "groups", ...here)).items).toEqual([]);
});
