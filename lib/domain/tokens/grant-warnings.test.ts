import { describe, expect, test } from "vitest";
import { consoleScopes, deviceScopes, type Scope } from "@/lib/protocol/access";
import { factsOf } from "./grant-facts";
import type { TokenPolicy } from "./grant-policy";
import { grantReach } from "./grant-reach";
import { fourEyesReasons, grantWarnings, type Judged } from "./grant-warnings";
import { tryCommand } from "./try-grant";

const FLEET = "flt_1";
const P = `sp/v1/${FLEET}`;
const allow = (action: Scope["action"], topic: string): Scope => ({ permission: "allow", action, topic: `${P}/${topic}` });
const deny = (action: Scope["action"], topic: string): Scope => ({ permission: "deny", action, topic: `${P}/${topic}` });
const POLICY: TokenPolicy = { maxMinutes: 525_600, fourEyes: true, longFromMinutes: 1_440, homeGraceDays: 30 };
const DEVICES = Array.from({ length: 10 }, (_, index) => `dev_${index}`);

function judged(scopes: readonly Scope[], rest: Partial<Judged> = {}): Judged {
  const facts = factsOf(scopes, { fleetId: FLEET });
  const reach = grantReach(facts, { total: DEVICES.length, has: (id) => DEVICES.includes(id) });
  const unknown = facts.named.filter((id) => !DEVICES.includes(id));
  return { scopes, facts, reach, unknown, policy: POLICY, ttlMinutes: 60, subject: { kind: "service", id: "svc_1" }, ...rest };
}
const codes = (scopes: readonly Scope[], rest?: Partial<Judged>) => grantWarnings(judged(scopes, rest)).map(({ code }) => code);

describe("warnings", () => {
  test.each<[string, Scope[], string[]]>([
    ["a console of the whole fleet's metadata", consoleScopes(FLEET, { payloads: false }), []],
    ["with payloads", consoleScopes(FLEET, { payloads: true }), ["reads_most"]],
    ["five of ten", DEVICES.slice(0, 5).map((id) => allow("subscribe", `${id}/up/telemetry`)), []],
    ["six of ten, one by one", DEVICES.slice(0, 6).map((id) => allow("subscribe", `${id}/up/telemetry`)), ["reads_most"]],
    ["all but one", [allow("subscribe", "+/up/telemetry"), ...DEVICES.map((id) => deny("subscribe", `${id}/up/telemetry`))], ["reads_most", "denied_part"]],
    ["commands to all", [allow("publish", "+/down/command/+")], ["commands_to_most", "writes_most"]],
    ["one command to all", [allow("publish", "+/down/command/restart")], ["commands_to_most", "writes_most"]],
    ["desired state of six", DEVICES.slice(0, 6).map((id) => allow("publish", `${id}/down/state`)), ["writes_most"]],
    ["state of some, updates of others", DEVICES.slice(0, 6).map((id, n) => allow("publish", `${id}/down/${n % 2 ? "state" : "update"}`)), ["writes_most"]],
    ["everything there is", [allow("subscribe", "#")], ["everything", "reads_most"]],
    ["nothing", [], ["nothing"]],
    ["only denies", [deny("all", "#")], ["nothing"]],
    ["a device that is not there", [allow("subscribe", "dev_x/presence"), allow("subscribe", "dev_1/presence")], ["unknown_device"]],
    ["a topic that does not exist", [allow("subscribe", "dev_1/up/temperature"), allow("subscribe", "dev_1/presence")], ["matches_nothing"]],
    ["denied whole", [allow("subscribe", "dev_1/presence"), allow("subscribe", "dev_2/presence"), deny("all", "dev_1/#")], ["denied_whole"]],
    ["denied in part", [allow("subscribe", "dev_1/up/#"), deny("subscribe", "dev_1/up/key")], ["denied_part"]],
    ["a deny of publishing leaves a subscription alone", [allow("subscribe", "dev_1/up/#"), deny("publish", "dev_1/up/key")], []],
  ])("%s", (_, scopes, expected) => {
    expect([...new Set(codes(scopes))]).toEqual(expected);
  });

  test("long is what the fleet calls so", () => {
    const scopes = [allow("subscribe", "dev_1/presence")];
    expect(codes(scopes, { ttlMinutes: 1_439 })).toEqual([]);
    expect(grantWarnings(judged(scopes, { ttlMinutes: 1_440 }))).toEqual([
      { code: "long", level: "long", message: "It lives for 1 day; this fleet calls 1 day long." },
    ]);
  });

  test("what was never used in the token that it replaces", () => {
    const scopes = [allow("subscribe", "dev_1/presence"), allow("subscribe", "dev_1/up/posture")];
    expect(codes(scopes, { unused: [allow("subscribe", "dev_1/up/posture"), allow("subscribe", "dev_2/presence")] })).toEqual(["never_used"]);
  });
});

describe("four eyes", () => {
  const reasons = (scopes: readonly Scope[], rest: Partial<Judged> = {}) => {
    const given = judged(scopes, rest);
    return fourEyesReasons(given.policy, given, grantWarnings(given));
  };
  test("for wide and long grants, when the fleet wants it", () => {
    expect(reasons([allow("subscribe", "+/up/telemetry")])).toEqual(["reads_most"]);
    expect(reasons([allow("subscribe", "dev_1/presence")], { ttlMinutes: 100_000 })).toEqual(["long"]);
    expect(reasons([allow("subscribe", "dev_1/presence")])).toEqual([]);
    expect(reasons([deny("all", "#")])).toEqual([]);
    expect(reasons([allow("subscribe", "+/up/telemetry")], { policy: { ...POLICY, fourEyes: false }, ttlMinutes: 100_000 })).toEqual([]);
  });

  test("never for a device's default grant, however long; for anything more it is", () => {
    const device = { subject: { kind: "device" as const, id: "dev_1" }, ttlMinutes: 500_000 };
    expect(reasons(deviceScopes(FLEET, "dev_1"), device)).toEqual([]);
    expect(reasons([...deviceScopes(FLEET, "dev_1"), allow("subscribe", "dev_2/presence")], device)).toEqual(["long"]);
    expect(reasons(deviceScopes(FLEET, "dev_2"), device)).toEqual(["long"]);
  });
});

describe("a command to try a grant with", () => {
  const given = { host: "broker", port: 1883, username: "svc_1", clientId: "svc_1-a", token: "t.o.k" };
  test.each<[string, Scope[], RegExp | undefined]>([
    ["reading", [allow("subscribe", "+/presence")], /^mosquitto_sub -v -h broker -p 1883 -i svc_1-a .*-q 1 -t 'sp\/v1\/flt_1\/\+\/presence'$/s],
    [
      "what is denied in part is not tried",
      [deny("all", "dev_1/up/key"), allow("subscribe", "dev_1/up/#"), allow("subscribe", "dev_1/presence")],
      /dev_1\/presence'$/,
    ],
    [
      "writing, within its limits",
      [{ ...allow("publish", "dev_1/down/state"), qos: [0], retain: true }],
      /^mosquitto_pub .*-q 0 -r -t 'sp\/v1\/flt_1\/dev_1\/down\/state' -m/s,
    ],
    ["any command", [allow("publish", "dev_1/down/command/+")], /down\/command\/try'/],
    ["a device's own", [allow("publish", "dev_1/up/#")], /dev_1\/up\/telemetry'/],
    ["nothing", [], undefined],
  ])("%s", (_, scopes, expected) => {
    const command = tryCommand({ ...given, scopes });
    if (expected === undefined) expect(command).toBeUndefined();
    else expect(command).toMatch(expected);
  });
});
