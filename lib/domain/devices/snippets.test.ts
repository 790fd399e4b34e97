import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { configCode, configFile, connectSnippets } from "./snippets";

const credentials = {
  deviceId: "dev_7k2mq0x4t9w1c3hv",
  name: "pump",
  username: "dev_7k2mq0x4t9w1c3hv",
  token: "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJkZXYifQ.c2ln-_",
  host: "it's a host",
  port: 21883,
  telemetryTopic: "sp/v1/flt_1/dev_7k2mq0x4t9w1c3hv/up/telemetry",
};
const code = (kind: string) => connectSnippets(credentials).find((snippet) => snippet.kind === kind)?.code ?? "";

test("a shell reads the mosquitto_pub line as the arguments that are meant", () => {
  const args = execFileSync("sh", ["-c", `mosquitto_pub() { for a in "$@"; do printf '%s\\n' "$a"; done; }\n${code("mosquitto")}`], { encoding: "utf8" });
  const { host, port, username, token, telemetryTopic } = credentials;
  expect(args.trimEnd().split("\n")).toEqual([
    ...["-h", host, "-p", String(port), "-q", "1", "-u", username, "-P", token],
    ...["-t", telemetryTopic, "-m", '{"temperature": 21.4}'],
  ]);
});

test("Node can parse its snippet", () => {
  expect(() => execFileSync(process.execPath, ["--input-type=module", "--check"], { input: code("node"), stdio: ["pipe", "ignore", "pipe"] })).not.toThrow();
});

test("the configuration file and the code carry what is needed to connect", () => {
  const { host, port, username, token } = credentials;
  expect(JSON.parse(configFile(credentials))).toEqual({ host, port, username, token });
  expect(JSON.parse(configCode(credentials))).toEqual({ v: 1, h: host, p: port, u: username, t: token });
});
