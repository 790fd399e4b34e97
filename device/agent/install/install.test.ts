import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { readConfiguredClaim, readInstallSettings } from "../options";
import { install, uninstall } from "./install";
import { placesIn } from "./places";
import { statusLines } from "./status";
import { unitText } from "./unit-text";

const LINK = "sallyport:claim?c=K7QM2XD49RTV0ZAB&h=192.0.2.7&p=1883&s=8883";
let root: string;
let program: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "sallyport-install-"));
  program = path.join(root, "downloaded.mjs");
  writeFileSync(program, "// the bundle\n");
  return () => rmSync(root, { recursive: true, force: true });
});

const settingsOf = (...words: string[]) => readInstallSettings(words)?.settings ?? expect.fail("help was shown");
const doInstall = (...words: string[]) => install({ program, node: process.execPath, root, settings: settingsOf(...words) });
const config = () => JSON.parse(readFileSync(placesIn(root).config.file, "utf8"));

describe("install", () => {
  test("puts program, settings and unit in their places, and the settings are what the service claims with", () => {
    expect(doInstall(LINK, "--tls", "--interval", "30")).toContain("not started: systemd does not run here");
    const places = placesIn(root);
    expect(readFileSync(places.program.file, "utf8")).toBe("// the bundle\n");
    expect(config()).toEqual({ claim: LINK, tls: true, interval: "30", state: "/var/lib/sallyport-agent" });
    expect(statSync(places.config.file).mode & 0o777).toBe(0o600);
    expect(readConfiguredClaim(["--config", places.config.file], {})?.claim).toMatchObject({
      code: "K7QM2XD49RTV0ZAB",
      host: "192.0.2.7",
      port: 8883,
      tls: {},
      folder: "/var/lib/sallyport-agent",
    });
  });

  test("again: what was named anew counts, the rest stays", () => {
    doInstall(LINK, "--interval", "30");
    doInstall("--interval", "60");
    expect(config()).toMatchObject({ claim: LINK, interval: "60" });
  });

  test("a token goes into the settings, which only root may read; a certificate authority beside them", () => {
    writeFileSync(path.join(root, "token"), "eyJ\n");
    writeFileSync(path.join(root, "authority.pem"), "PEM");
    doInstall("--host", "192.0.2.7", "--token-file", path.join(root, "token"), "--ca", path.join(root, "authority.pem"));
    expect(config()).toEqual({ host: "192.0.2.7", token: "eyJ", ca: "/etc/sallyport/ca.pem", state: "/var/lib/sallyport-agent" });
    expect(readFileSync(placesIn(root).ca.file, "utf8")).toBe("PEM");
  });

  test.each([[["K7QM"]], [["--interval", "0"]], [["--nonsense"]]])("%j is refused before anything is written", (words) => {
    expect(() => doInstall(...words)).toThrow(/Wrong settings/);
    expect(existsSync(placesIn(root).unit.file)).toBe(false);
  });
});

test("uninstall keeps keys and settings unless told", () => {
  doInstall(LINK);
  const places = placesIn(root);
  uninstall({ root, purge: false });
  expect([places.unit, places.program, places.config].map(({ file }) => existsSync(file))).toEqual([false, false, true]);
  uninstall({ root, purge: true });
  expect(existsSync(places.config.file)).toBe(false);
});

test("status says what is known here", () => {
  const told = () => statusLines({ root, state: undefined, now: 0 }).join("\n");
  expect(told()).toMatch(/service +not installed\n(.*\n)*device +has not claimed/);
  doInstall(LINK);
  expect(told()).toMatch(/settings +.*agent\.json/);
});

const analyze = ["/usr/bin/systemd-analyze", "/bin/systemd-analyze"].find((file) => existsSync(file));
test.skipIf(!analyze)(`systemd takes the unit${analyze ? "" : " (skipped: no systemd-analyze here)"}`, () => {
  const folder = mkdtempSync(path.join(tmpdir(), "sallyport-unit-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const unit = path.join(folder, "sallyport-agent.service");
  writeFileSync(unit, unitText({ node: process.execPath, places: placesIn() }));
  expect(execFileSync(analyze ?? "", ["verify", "--man=no", unit], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })).toBe("");
});
