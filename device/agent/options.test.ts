import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { SallyportError } from "@/lib/base/errors";
import { readAgentSettings } from "./options";

const folder = mkdtempSync(path.join(os.tmpdir(), "sp-options-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const full = path.join(folder, name);
  writeFileSync(full, text);
  return full;
}

const token = `e30.${Buffer.from(JSON.stringify({ sub: "dev_1", fleet: "flt_1", exp: 2_000_000_000 })).toString("base64url")}.c2ln`;

test("host and token are enough: the token names device and fleet", () => {
  expect(readAgentSettings(["--host", "broker", "--token", token], {})).toMatchObject({
    host: "broker",
    port: 1883,
    tls: false,
    device: "dev_1",
    fleet: "flt_1",
    intervalMs: 5_000,
    postureIntervalMs: 300_000,
    keepAliveSeconds: 30,
    bufferDir: path.join(os.homedir(), ".local/state/sallyport-agent/dev_1"),
    isTokenOnCommandLine: true,
  });
});

test("an option goes before a variable, a variable before the file", () => {
  const config = file("config.json", JSON.stringify({ host: "from-file", port: 1, interval: 7, token }));
  const environment = { SALLYPORT_AGENT_CONFIG: config, SALLYPORT_AGENT_PORT: "2", SALLYPORT_AGENT_HOST: "from-variable" };
  expect(readAgentSettings(["--host", "from-option"], environment)).toMatchObject({
    host: "from-option",
    port: 2,
    intervalMs: 7_000,
    isTokenOnCommandLine: false,
  });
});

test("the token by file, so that it does not stand in ps", () => {
  const tokenFile = file("token", `${token}\n`);
  expect(readAgentSettings(["--host", "b", "--token-file", tokenFile], {})).toMatchObject({
    token: { file: tokenFile },
    device: "dev_1",
    isTokenOnCommandLine: false,
  });
});

test("TLS: the port follows, and an authority of one's own implies it", () => {
  expect(readAgentSettings(["--host", "b", "--token", token, "--tls"], {})).toMatchObject({ port: 8883, tls: {} });
  const ca = file("ca.pem", "-----BEGIN CERTIFICATE-----");
  expect(readAgentSettings(["--host", "b", "--token", token, "--ca", ca, "--server-name", "broker.example"], {})).toMatchObject({
    port: 8883,
    tls: { ca: Buffer.from("-----BEGIN CERTIFICATE-----"), serverName: "broker.example" },
  });
});

test("help asks for nothing else", () => {
  expect(readAgentSettings(["--help"], {})).toBeUndefined();
});

test.each([
  ["an unknown option", ["--hots", "b"], {}, /--hots/],
  ["no host", ["--token", token], {}, /--host/],
  ["no token", ["--host", "b"], {}, /--token-file/],
  ["a wrong port", ["--host", "b", "--token", token, "--port", "70000"], {}, /--port/],
  ["a device id with a wildcard", ["--host", "b", "--token", token, "--username", "dev_#"], {}, /--username/],
  ["a token file that is not there", ["--host", "b", "--token-file", "/nowhere/token"], {}, /cannot read \/nowhere\/token/],
  ["a token that names nobody", ["--host", "b", "--token", "opaque"], {}, /--username/],
  ["a keep-alive beyond the broker's ceiling", ["--host", "b", "--token", token, "--keep-alive", "1201"], {}, /--keep-alive/],
  ["a config file with an unknown key", ["--config", file("bad.json", '{"hostt": "b"}')], {}, /hostt/],
  ["a config file that is no JSON", ["--config", file("no.json", "host: b")], {}, /not a JSON object/],
])("%s is named", (_, argv, environment, expected) => {
  const read = () => readAgentSettings(argv, environment);
  expect(read).toThrow(SallyportError);
  expect(read).toThrow(expected);
});
