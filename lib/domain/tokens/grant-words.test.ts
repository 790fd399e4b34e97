import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { consoleScopes, deviceScopes, type Scope, workerScopes } from "@/lib/protocol/access";
import { BRANCHES, branchTopic, type SubjectKind } from "./branches";
import { compileAccess } from "./evaluate";
import { factsOf } from "./grant-facts";
import { grantReach } from "./grant-reach";
import { grantWords, scopeLine } from "./grant-words";

const FLEET = "flt_1";
const P = `sp/v1/${FLEET}`;
const allow = (action: Scope["action"], topic: string, limits: Partial<Scope> = {}): Scope => ({
  permission: "allow",
  action,
  topic: `${P}/${topic}`,
  ...limits,
});
const deny = (action: Scope["action"], topic: string): Scope => ({ permission: "deny", action, topic: `${P}/${topic}` });
const names = { nameOf: (id: string) => ({ dev_1: "Pump 1", dev_2: "Pump 2" })[id] };
const told = (scopes: readonly Scope[], kind: SubjectKind = "service", id = "svc_1") =>
  grantWords({ scopes, fleetId: FLEET, subject: { kind, id }, clientId: "c", names });

describe("in words", () => {
  test.each<[string, Scope[], SubjectKind, string, string[]]>([
    ["nothing", [], "service", "svc_1", ["Nothing at all."]],
    [
      "a device's default",
      deviceScopes(FLEET, "dev_1"),
      "device",
      "dev_1",
      [
        "Publish its own telemetry, posture, reported state, key reports, token renewals, update progress and answers to commands, never retained.",
        "Read its own desired state, keys, renewed tokens, updates and commands.",
      ],
    ],
    [
      "a console",
      consoleScopes(FLEET, { payloads: true }),
      "console",
      "usr_1",
      ["Read telemetry and presence of every device of this fleet, also later ones.", "Read live summaries of this fleet."],
    ],
    ["two devices", [allow("subscribe", "dev_1/presence"), allow("subscribe", "dev_2/presence")], "service", "s", ["Read presence of Pump 1 and Pump 2."]],
    [
      "all but one",
      [allow("subscribe", "+/presence"), deny("subscribe", "dev_1/presence")],
      "service",
      "s",
      ["Read presence of every device of this fleet except Pump 1."],
    ],
    ["one command", [allow("publish", "dev_1/down/command/restart", { qos: [1] })], "service", "s", ["Send commands (only restart) to Pump 1, only at QoS 1."]],
    [
      "all commands but one",
      [allow("publish", "dev_1/down/command/+", { retain: true }), deny("publish", "+/down/command/reset")],
      "service",
      "s",
      ["Send commands (except reset) to Pump 1, only as retained messages."],
    ],
    ["a device that controls another", [allow("publish", "dev_2/down/state")], "device", "dev_1", ["Send desired state to Pump 2."]],
    ["what the platform does", [allow("publish", "+/presence")], "service", "s", ["Write presence of every device of this fleet, also later ones."]],
    [
      "many devices",
      Array.from({ length: 9 }, (_, n) => allow("subscribe", `dev_${n}/presence`)),
      "service",
      "s",
      ["Read presence of dev_0, Pump 1, Pump 2 and 6 more."],
    ],
  ])("%s", (_, scopes, kind, id, can) => {
    expect(told(scopes, kind, id).can).toEqual(can);
  });

  test("what it cannot do", () => {
    const { cannot } = told(consoleScopes(FLEET, { payloads: false }), "console", "usr_1");
    expect(cannot[0]).toBe(
      "Read telemetry, posture, reported state, key reports, token renewals, update progress, answers to commands, desired state, keys, renewed tokens, updates or commands.",
    );
    expect(cannot).toEqual(expect.arrayContaining(["Send anything to a device.", "Publish as a device.", "Write presence or live summaries."]));
    expect(cannot).toContain("Connect with another client id than c.");
    expect(told([allow("publish", "+/down/command/+")]).cannot).toContain("Send desired state, keys, renewed tokens or updates to a device.");
    expect(grantWords({ scopes: [], fleetId: FLEET, subject: { kind: "device", id: "dev_1" }, clientId: null }).cannot).toContain(
      "Connect with another client id than dev_1.",
    );
  });

  test("a malformed deny takes everything away, in words too", () => {
    expect(told([allow("all", "#"), deny("all", "a+")]).can).toEqual(["Nothing at all."]);
  });

  test("scopes of no fleet and of another say nothing about this one", () => {
    expect(told(deviceScopes("flt_2", "dev_1")).can).toEqual(["Nothing at all."]);
    expect(told(workerScopes()).cannot).not.toContain("Reach anything in another fleet.");
    expect(told(workerScopes()).can[0]).toBe("Send desired state, keys, renewed tokens, updates and commands to every device of this fleet, also later ones.");
  });
});

test("one line for tables", () => {
  expect(scopeLine({ scopes: deviceScopes(FLEET, "dev_1"), subject: "dev_1" })).toBe("publish own up/#, subscribe own down/#");
  expect(scopeLine({ scopes: consoleScopes(FLEET, { payloads: false }), subject: "usr_1" })).toBe("subscribe +/presence, subscribe live/#");
  expect(scopeLine({ scopes: [deny("all", "dev_2/#")], subject: "dev_1" })).toBe("never publish and subscribe dev_2/#");
  expect(scopeLine({ scopes: [], subject: "dev_1" })).toBe("nothing at all");
  expect(scopeLine({ scopes: Array.from({ length: 9 }, (_, n) => allow("subscribe", `d${n}/presence`)), subject: "s" })).toMatch(/d5\/presence and 3 more$/);
});

const device = fc.constantFrom("dev_1", "dev_2", "dev_3", "+", "live", "claim");
const WORDS = ["up", "down", "presence", "telemetry", "state", "command", "key", "restart", "summary"];
const level = fc.constantFrom("+", ...WORDS);
const scope: fc.Arbitrary<Scope> = fc.record(
  {
    permission: fc.constantFrom("allow" as const, "allow" as const, "deny" as const),
    action: fc.constantFrom("publish" as const, "subscribe" as const, "all" as const),
    topic: fc
      .tuple(fc.option(device), fc.array(level, { maxLength: 3 }), fc.boolean())
      .map(([first, levels, hash]) => [P, ...(first === null ? ["#"] : [first, ...levels, ...(hash ? ["#"] : [])])].join("/")),
    qos: fc.subarray([0, 1, 2] as (0 | 1 | 2)[], { minLength: 1 }),
    retain: fc.boolean(),
  },
  { requiredKeys: ["permission", "action", "topic"] },
);

describe("whatever the scopes are", () => {
  test("words and numbers agree with the evaluator, branch by branch", () => {
    fc.assert(
      fc.property(fc.array(scope, { maxLength: 8 }), (scopes) => {
        const access = compileAccess(scopes);
        const devices = ["dev_1", "dev_2", "dev_3", "dev_9", "dev_10"];
        const facts = factsOf(scopes, { fleetId: FLEET });
        const reach = grantReach(facts, { total: devices.length, has: (id) => devices.includes(id) });
        const { can, cannot } = told(scopes);
        for (const branch of BRANCHES.filter(({ of }) => of === "device")) {
          const topicsOf = (device: string) => [...WORDS, "anything"].map((id) => branchTopic(FLEET, branch, { device, id }));
          const readable = devices.filter((device) => topicsOf(device).some((topic) => access.receive(topic)));
          const writable = devices.filter((device) =>
            topicsOf(device).some((topic) =>
              ([0, 1, 2] as const).some((qos) => [false, true].some((retain) => access.publish({ topic, qos, retain }).verdict === "ALLOWED")),
            ),
          );
          const counted = reach.branches.find(({ branch: name }) => name === branch.name);
          expect(counted).toMatchObject({ read: readable.length, write: writable.length });
          const says = (sentences: readonly string[], verb: RegExp) =>
            sentences.some((one) => verb.test(one) && new RegExp(`(?<!answers to )\\b${branch.noun}\\b`).test(one.replace(/ \((only|except) [^)]*\)/g, "")));
          expect(says(can, /^Read/)).toBe(readable.length > 0);
          expect(says(can, /^(Send|Publish|Write)/)).toBe(writable.length > 0);
          if (readable.length > 0) expect(says(cannot, /^Read (?!anything)/)).toBe(false);
          if (writable.length > 0) expect(says(cannot, /^(Send (?!anything)|Write)/)).toBe(false);
          if (writable.length > 0 && branch.name.startsWith("up/")) expect(cannot).not.toContain("Publish as a device.");
        }
      }),
      { numRuns: 300 },
    );
  });

  test("a hundred thousand devices are counted by looking up only those that are named", () => {
    const scopes = [allow("subscribe", "+/presence"), deny("subscribe", "dev_1/presence"), allow("publish", "dev_2/down/state")];
    let asked = 0;
    const reach = grantReach(factsOf(scopes, { fleetId: FLEET }), { total: 100_000, has: (id) => ++asked > 0 && id !== "dev_3" });
    expect(reach).toMatchObject({ fleetDevices: 100_000, devices: 99_999, devicesRead: 99_999, devicesWrite: 1, topicsRead: 99_999, topicsWrite: 1 });
    expect(asked).toBe(2);
  });
});
