import { describe, expect, test } from "vitest";
import { consoleScopes, deviceScopes, type Scope } from "@/lib/protocol/access";
import { askedProblem, deviceLevel, fullTopic, type Standing, standingOf, type WhoCanQuestion } from "./who-can";

const FLEET = "flt_1";
const topic = (below: string) => fullTopic(below, FLEET);
const allow = (action: Scope["action"], below: string, rest: Partial<Scope> = {}): Scope => ({ permission: "allow", action, topic: topic(below), ...rest });
const deny = (action: Scope["action"], below: string): Scope => ({ ...allow(action, below), permission: "deny" });
const publish = (below: string): WhoCanQuestion => ({ topic: topic(below), action: "publish" });
const subscribe = (below: string): WhoCanQuestion => ({ topic: topic(below), action: "subscribe" });
const nothing: Standing = { standing: "nothing" };

describe("how a grant stands to a topic", () => {
  test.each<[string, readonly Scope[], WhoCanQuestion, Standing]>([
    ["a device publishes its own", deviceScopes(FLEET, "dev_1"), publish("dev_1/up/telemetry"), { standing: "allowed", scope: 0 }],
    ["and reads what comes down to it", deviceScopes(FLEET, "dev_1"), subscribe("dev_1/down/command/+"), { standing: "allowed", scope: 1 }],
    ["not its neighbour's", deviceScopes(FLEET, "dev_1"), publish("dev_2/up/telemetry"), nothing],
    ["a console reads all presence", consoleScopes(FLEET, { payloads: false }), subscribe("+/presence"), { standing: "allowed", scope: 0 }],
    ["a filter wider than the grant is nobody's", consoleScopes(FLEET, { payloads: true }), subscribe("#"), nothing],
    ["a deny stops it", [allow("publish", "#"), deny("publish", "dev_1/down/#")], publish("dev_1/down/state"), { standing: "stopped", scope: 1 }],
    ["a deny alone stops nothing", [deny("publish", "dev_1/down/#")], publish("dev_1/down/state"), nothing],
    ["a deny that touches a filter", [allow("subscribe", "#"), deny("subscribe", "dev_1/#")], subscribe("+/presence"), { standing: "stopped", scope: 1 }],
    ["only retained ones", [allow("publish", "dev_1/down/state", { retain: true })], publish("dev_1/down/state"), { standing: "allowed", scope: 0 }],
    ["only at QoS 1", [allow("subscribe", "a", { qos: [1] })], subscribe("a"), { standing: "allowed", scope: 0 }],
    ["an empty grant", [], publish("dev_1/up/telemetry"), nothing],
  ])("%s", (_, scopes, question, standing) => {
    expect(standingOf(scopes, question)).toEqual(standing);
  });
});

describe("what can be asked", () => {
  test.each([
    [publish("dev_1/up/state"), undefined],
    [publish("+/up/state"), "wildcard_in_topic"],
    [subscribe("+/up/state"), undefined],
    [subscribe("a+"), "bad_wildcard"],
    [subscribe(""), "empty"],
    [{ topic: "$SYS/#", action: "subscribe" as const }, "reserved"],
    [{ topic: "sp/v1/flt_2/dev_1/presence", action: "subscribe" as const }, "other_fleet"],
    [{ topic: "sp/v1/+/dev_1/presence", action: "subscribe" as const }, "other_fleet"],
    [{ topic: "sp/v1", action: "publish" as const }, "other_fleet"],
  ])("%o", (question, problem) => {
    expect(askedProblem(question, FLEET)).toBe(problem);
  });

  test("the device that a topic names", () => {
    expect(deviceLevel(topic("dev_1/up/state"))).toBe("dev_1");
    expect(deviceLevel(topic("+/up/state"))).toBeUndefined();
    expect(deviceLevel(topic("#"))).toBeUndefined();
  });
});
