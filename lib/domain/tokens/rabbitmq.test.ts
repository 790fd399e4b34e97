import { describe, expect, test } from "vitest";
import { deviceScopes, type Scope } from "@/lib/protocol/access";
import { suiteFor } from "./decision-suite";
import { compileAccess } from "./evaluate";
import { judgeRabbitmqTopic, parseHookForm, rabbitmqKeepsScopes, rabbitmqResourceAllowed, speaksForAnother, topicOfRoutingKey } from "./rabbitmq";

describe("parseHookForm", () => {
  test("reads what RabbitMQ sends", () => {
    const form = parseHookForm("username=dev_1&password=a%2Bb%3D&vhost=%2F&client_id=dev_1&tags=&variable_map.client_id=dev_1");
    expect(Object.fromEntries(form ?? [])).toEqual({
      username: "dev_1",
      password: "a+b=",
      vhost: "/",
      client_id: "dev_1",
      tags: "",
      "variable_map.client_id": "dev_1",
    });
  });

  test.each([
    ["a field given twice", "username=a&username=b"],
    ["a broken escape", "username=%2"],
    ["bytes that are no UTF-8", "routing_key=sp.v1.%FF"],
    ["a lone surrogate in UTF-8", "routing_key=%ED%A0%80"],
    ["no name", "=a"],
    ["no value", "username"],
    ["nothing", ""],
  ])("refuses %s", (_, body) => {
    expect(parseHookForm(body)).toBeUndefined();
  });
});

test("a routing key is the topic with other separators and wildcards", () => {
  expect(topicOfRoutingKey("sp.v1.flt_a.dev_1.up.telemetry")).toBe("sp/v1/flt_a/dev_1/up/telemetry");
  expect(topicOfRoutingKey("sp.v1.*.presence")).toBe("sp/v1/+/presence");
  expect(topicOfRoutingKey("sp.#")).toBe("sp/#");
  expect(topicOfRoutingKey(".a..")).toBe("/a//");
});

describe("judgeRabbitmqTopic", () => {
  const device = compileAccess(deviceScopes("flt_a", "dev_1"));
  const verdict = (permission: string, key: string, access = device) => judgeRabbitmqTopic(access, permission, key).verdict;

  test("a device's own parts", () => {
    expect(verdict("write", "sp.v1.flt_a.dev_1.up.telemetry")).toBe("ALLOWED");
    expect(verdict("read", "sp.v1.flt_a.dev_1.down.#")).toBe("ALLOWED");
    expect(verdict("write", "sp.v1.flt_a.dev_1.down.state")).toBe("IMPLICIT_DENY");
    expect(verdict("read", "sp.v1.flt_a.*.down.#")).toBe("IMPLICIT_DENY");
    expect(verdict("configure", "sp.v1.flt_a.dev_1.up.telemetry")).toBe("IMPLICIT_DENY");
    expect(verdict("", "sp.v1.flt_a.dev_1.up.telemetry")).toBe("IMPLICIT_DENY");
  });

  test("a star that a client sent itself is judged as the wildcard it will be", () => {
    expect(verdict("write", "sp.v1.flt_a.dev_1.up.*")).toBe("IMPLICIT_DENY");
    expect(verdict("read", "sp.v1.flt_a.*.down.state")).toBe("IMPLICIT_DENY");
  });

  test("a dot that a client sent itself is judged as the separator it will be", () => {
    // MQTT topics `sp/v1/flt_a/dev_2/../dev_1/up` and `sp.v1.flt_a.dev_2.up.t`
    expect(verdict("write", "sp.v1.flt_a.dev_2....dev_1.up")).toBe("IMPLICIT_DENY");
    expect(verdict("write", "sp.v1.flt_a.dev_2.up.t")).toBe("IMPLICIT_DENY");
  });

  test("a key beyond AMQP's short string is refused, as it would break AMQP consumers", () => {
    const key = (bytes: number) => `sp.v1.flt_a.dev_1.up.${"x".repeat(bytes - "sp.v1.flt_a.dev_1.up.".length)}`;
    expect(judgeRabbitmqTopic(device, "write", key(255)).verdict).toBe("ALLOWED");
    expect(judgeRabbitmqTopic(device, "write", key(256))).toMatchObject({ verdict: "IMPLICIT_DENY", problem: "too_long" });
  });

  test("a limit of an allow cannot be kept, a limited deny holds for everything", () => {
    const scopes: Scope[] = [
      { permission: "allow", action: "all", topic: "a", qos: [0], retain: true },
      { permission: "allow", action: "all", topic: "b" },
      { permission: "deny", action: "all", topic: "b", qos: [2] },
      { permission: "allow", action: "publish", topic: "c" },
      { permission: "deny", action: "publish", topic: "c", retain: true },
    ];
    const access = compileAccess(scopes);
    expect(verdict("write", "a", access)).toBe("ALLOWED");
    expect(verdict("write", "b", access)).toBe("EXPLICIT_DENY");
    expect(verdict("read", "b", access)).toBe("EXPLICIT_DENY");
    expect(verdict("write", "c", access)).toBe("EXPLICIT_DENY");
  });
});

describe("the suite, in the form of RabbitMQ's questions", () => {
  const asKey = (topic: string) => topic.replaceAll("/", ".").replaceAll("+", "*");
  for (const { grant, scopes, decisions } of suiteFor("rabbitmq"))
    test(grant, () => {
      const access = compileAccess(scopes);
      for (const { action, topic, verdict, why } of decisions) {
        const given = judgeRabbitmqTopic(access, action === "publish" ? "write" : "read", asKey(topic)).verdict;
        // What may be received is asked as the subscription to exactly that topic.
        if (verdict === "ALLOWED") expect(given, `${action} ${topic}: ${why}`).toBe("ALLOWED");
        else expect(given, `${action} ${topic}: ${why}`).not.toBe("ALLOWED");
      }
    });
});

test("a deny scope with a dot cannot be kept in AMQP", () => {
  const scope = (permission: Scope["permission"], topic: string): Scope => ({ permission, action: "all", topic });
  expect(rabbitmqKeepsScopes([scope("allow", "a/b.c"), scope("deny", "a/b")])).toBe(true);
  expect(rabbitmqKeepsScopes([scope("allow", "a/#"), scope("deny", "a/b.c")])).toBe(false);
});

describe("rabbitmqResourceAllowed", () => {
  const both = deviceScopes("flt_a", "dev_1");
  const may = (resource: string, name: string, permission: string, scopes = both) => rabbitmqResourceAllowed({ resource, name, permission }, "dev_1", scopes);

  test("the own subscription queues and the one exchange", () => {
    for (const permission of ["configure", "read", "write"])
      for (const name of ["mqtt-subscription-dev_1qos0", "mqtt-subscription-dev_1qos1"]) expect(may("queue", name, permission)).toBe(true);
    expect(may("exchange", "amq.topic", "read")).toBe(true);
    expect(may("exchange", "amq.topic", "write")).toBe(true);
  });

  test.each([
    ["queue", "mqtt-subscription-dev_2qos1", "read"],
    ["queue", "mqtt-subscription-dev_1qos2", "read"],
    ["queue", "mqtt-subscription-dev_1qos1x", "read"],
    ["queue", "ingest", "read"],
    ["queue", "mqtt-subscription-dev_1qos1", "delete"],
    ["exchange", "amq.topic", "configure"],
    ["exchange", "amq.direct", "write"],
    ["exchange", "", "write"],
    ["topic", "amq.topic", "write"],
    ["", "", ""],
  ])("nothing else: %s %s %s", (resource, name, permission) => {
    expect(may(resource, name, permission)).toBe(false);
  });

  test("only what the grant needs", () => {
    const publisher = both.filter(({ action }) => action === "publish");
    expect(may("queue", "mqtt-subscription-dev_1qos1", "configure", publisher)).toBe(false);
    expect(may("exchange", "amq.topic", "read", publisher)).toBe(false);
    expect(may("exchange", "amq.topic", "write", publisher)).toBe(true);
    expect(may("exchange", "amq.topic", "write", [])).toBe(false);
    expect(may("exchange", "amq.topic", "read", [{ permission: "deny", action: "all", topic: "#" }])).toBe(false);
  });
});

describe("speaksForAnother", () => {
  test.each([
    ["sp.v1.flt_1.dev_1.up.telemetry", false],
    ["sp/v1/flt_1/dev_1/up/telemetry", false],
    ["sp.v1.flt_1.dev_2.up.telemetry", true],
    ["sp.v1.flt_1.dev_2.up", true],
    ["sp.v1.flt_1.*.up.telemetry", true],
    ["sp/v1.flt_1/dev_2.up/x/y", true],
    ["sp.v1.flt_1.dev_2.down.state", false],
    ["sp.v1.flt_1.dev_2.presence", false],
    ["plant.line.up.x.up", false],
  ])("%s by dev_1: %s", (routingKey, expected) => {
    expect(speaksForAnother(routingKey, "dev_1")).toBe(expected);
  });
});
