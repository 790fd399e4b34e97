import { execFileSync, spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import path from "node:path";

const CHROMIUM_NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
/** What the tests use from outside npm: the Debian package, and how to see that it is there. */
const TOOLS = [
  { name: "chromium", what: "Chromium", present: () => findChromium() !== undefined },
  { name: "mosquitto-clients", what: "mosquitto_pub and mosquitto_sub", present: () => findCommand("mosquitto_pub") !== undefined },
  { name: "mosquitto", what: "the Mosquitto broker", present: () => existsSync("/usr/sbin/mosquitto") },
  { name: "rabbitmq-server", what: "RabbitMQ", present: () => existsSync("/usr/lib/rabbitmq/bin/rabbitmq-server") },
  { name: "python3-jwcrypto", what: "Python with jwcrypto", present: () => findPython("jwcrypto, cryptography") !== undefined },
  { name: "python3-cbor2", what: "Python with cbor2", present: () => findPython("cbor2") !== undefined },
  { name: "python3-paho-mqtt", what: "Python with paho-mqtt", present: () => findPython("paho.mqtt.client") !== undefined },
];

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export function findCommand(name) {
  const folders = [...(process.env.PATH ?? "").split(path.delimiter), "/usr/bin", "/usr/local/bin", "/usr/sbin"];
  return folders.map((folder) => path.join(folder, name)).find(isExecutable);
}

/** CHROMIUM_PATH wins: whoever names a browser wants that one. */
export function findChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named) return isExecutable(named) ? named : undefined;
  return CHROMIUM_NAMES.map(findCommand).find(Boolean);
}

/** Debian's packages belong to Debian's Python, which need not be the first `python3` of the PATH. */
function findPython(modules) {
  return ["/usr/bin/python3", findCommand("python3")].find(
    (python) => python && existsSync(python) && spawnSync(python, ["-c", `import ${modules}`]).status === 0,
  );
}

/** How commands are run as root here; undefined when that is not permitted without a question. */
function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  return spawnSync("sudo", ["-n", "true"]).status === 0 ? ["sudo", "-n"] : undefined;
}

function apt(prefix, ...args) {
  const [file, ...rest] = [...prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-o", "DPkg::Lock::Timeout=120", ...args];
  return spawnSync(file, rest, { encoding: "utf8" });
}

/**
 * Installs what is missing from Debian's archive when that is permitted, and says so. Answers with the path of Chromium and
 * the names of what is still missing; throws when there is no browser, since browser tests are not optional.
 */
export function ensureTools(say) {
  const missing = () => TOOLS.filter(({ present }) => !present());
  const wanted = missing();
  if (wanted.length > 0) install(wanted, say);
  const chromium = findChromium();
  if (!chromium) {
    const named = process.env.CHROMIUM_PATH;
    throw new Error(
      named
        ? `CHROMIUM_PATH names ${named}, which is not a program that can be run.`
        : "The browser tests need Chromium. Install it (Debian: apt-get install chromium) or name one with CHROMIUM_PATH.",
    );
  }
  for (const { name, what } of missing()) say(`skipped: tests that need ${what} (to run them: apt-get install ${name})`);
  return { chromium, missing: missing().map(({ name }) => name) };
}

const run = (prefix, ...command) => {
  const [file, ...rest] = [...prefix, ...command];
  return spawnSync(file, rest, { encoding: "utf8" });
};

const POLICY = "/usr/sbin/policy-rc.d";
const POLICY_MARK = "# Sallyport's tests: nothing that they install starts.";

/**
 * Debian starts the servers that it installs, here on 1883, 5672 and 4369, where somebody's own may be meant to listen. While `act`
 * runs, a policy forbids it (invoke-rc.d and deb-systemd-invoke ask it); one that is there is left as it is, and decides.
 */
export function withoutDaemons(prefix, policy, act) {
  // Left by a run that was killed.
  if (existsSync(policy) && readFileSync(policy, "utf8").includes(POLICY_MARK)) run(prefix, "rm", "-f", policy);
  const write = 'set -C; printf "#!/bin/sh\\n%s\\nexit 101\\n" "$2" > "$1" && chmod 755 "$1"';
  const ours = run(prefix, "sh", "-c", write, "sh", policy, POLICY_MARK).status === 0;
  try {
    return act();
  } finally {
    if (ours) run(prefix, "rm", "-f", policy);
  }
}

/** What would start with the machine from now on because of these packages; what was there before is not ours to switch off. */
function unitsOf(names) {
  const epmd = existsSync("/usr/bin/epmd") ? [] : ["epmd.service", "epmd.socket"];
  const units = { mosquitto: ["mosquitto.service"], "rabbitmq-server": ["rabbitmq-server.service", ...epmd] };
  return names.flatMap((name) => units[name] ?? []);
}

function install(tools, say) {
  const names = tools.map(({ name }) => name);
  const prefix = rootPrefix();
  if (!findCommand("apt-get")) return say(`not installed: ${names.join(", ")}: no apt-get here`);
  if (!prefix) return say(`not installed: ${names.join(", ")}: that needs root or passwordless sudo`);
  say(`installing ${names.join(", ")}`);
  const args = ["install", "-y", "--no-install-recommends", ...names];
  const units = unitsOf(names);
  const result = withoutDaemons(prefix, POLICY, () => {
    const first = apt(prefix, ...args);
    if (first.status === 0) return first;
    apt(prefix, "update");
    return apt(prefix, ...args);
  });
  if (units.length > 0 && existsSync("/run/systemd/system")) run(prefix, "systemctl", "disable", ...units);
  if (result.status !== 0) say(`apt-get failed: ${(result.stderr || result.stdout).trim().split("\n").slice(-3).join(" ")}`);
}

/** For shell use: `node .ci/tools.mjs` installs what is missing. */
if (process.argv[1] === import.meta.filename) {
  const { chromium } = ensureTools((line) => process.stdout.write(`${line}\n`));
  process.stdout.write(`${chromium} ${execFileSync(chromium, ["--version"], { encoding: "utf8" }).trim()}\n`);
}
