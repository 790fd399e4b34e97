import { allow, deny, F, NO_QOS, NO_RETAIN, type SuiteGroup } from "./decision-suite-rows";

const qos = NO_QOS;
const retained = NO_RETAIN;

/** QoS and retain limits. Every limit of a scope must hold for the scope to speak (wire-formats W1). */
export const limitGroups: readonly SuiteGroup[] = [
  {
    grant: "publish at QoS 0 only",
    scopes: [allow("publish", `${F}/q`, { qos: [0] })],
    rows: [
      ["publish", `${F}/q`, "ALLOWED", "within the limit", { qos: 0 }],
      ["publish", `${F}/q`, "IMPLICIT_DENY", "beyond the limit", { qos: 1, notAt: qos }],
      ["publish", `${F}/q`, "IMPLICIT_DENY", "beyond the limit", { qos: 2, notAt: qos }],
      ["publish", `${F}/other`, "IMPLICIT_DENY", "another topic, whatever the QoS", { qos: 0 }],
      ["subscribe", `${F}/q`, "IMPLICIT_DENY", "may write only", { qos: 0 }],
    ],
  },
  {
    grant: "publish at QoS 1 or 2",
    scopes: [allow("publish", `${F}/q`, { qos: [1, 2] })],
    rows: [
      ["publish", `${F}/q`, "IMPLICIT_DENY", "below the limit: it must be acknowledged", { qos: 0, notAt: qos }],
      ["publish", `${F}/q`, "ALLOWED", "within the limit", { qos: 1 }],
      ["publish", `${F}/q`, "ALLOWED", "within the limit", { qos: 2 }],
    ],
  },
  {
    grant: "subscribe up to QoS 1",
    scopes: [allow("subscribe", `${F}/+/q`, { qos: [0, 1] })],
    rows: [
      ["subscribe", `${F}/x/q`, "ALLOWED", "within the limit", { qos: 0 }],
      ["subscribe", `${F}/+/q`, "ALLOWED", "within the limit", { qos: 1 }],
      [
        "subscribe",
        `${F}/+/q`,
        "IMPLICIT_DENY",
        "the requested QoS counts, refused whole and not lowered",
        { qos: 2, notAt: { ...qos, embedded: "qos_2_is_1" } },
      ],
      ["receive", `${F}/x/q`, "ALLOWED", "delivery is at the granted QoS, which was judged at the subscription"],
    ],
  },
  {
    grant: "two scopes that differ in QoS",
    scopes: [allow("all", `${F}/q/a`, { qos: [0] }), allow("all", `${F}/q/#`, { qos: [1] })],
    rows: [
      ["publish", `${F}/q/a`, "ALLOWED", "the first scope", { qos: 0 }],
      ["publish", `${F}/q/a`, "ALLOWED", "the second scope", { qos: 1 }],
      ["publish", `${F}/q/a`, "IMPLICIT_DENY", "neither", { qos: 2, notAt: qos }],
      ["publish", `${F}/q/b`, "IMPLICIT_DENY", "only the second scope speaks of it", { qos: 0, notAt: qos }],
      ["subscribe", `${F}/q/#`, "IMPLICIT_DENY", "only the second scope is wide enough", { qos: 0, notAt: qos }],
      ["subscribe", `${F}/q/#`, "ALLOWED", "the second scope", { qos: 1 }],
    ],
  },
  {
    grant: "deny of QoS 2",
    scopes: [allow("all", `${F}/q/#`), deny("all", `${F}/q/#`, { qos: [2] })],
    rows: [
      ["publish", `${F}/q/a`, "ALLOWED", "the deny is about QoS 2", { qos: 0, notAt: qos }],
      ["publish", `${F}/q/a`, "ALLOWED", "the deny is about QoS 2", { qos: 1, notAt: qos }],
      ["publish", `${F}/q/a`, "EXPLICIT_DENY", "the deny is about QoS 2", { qos: 2 }],
      ["subscribe", `${F}/q/a`, "ALLOWED", "the deny is about asking for QoS 2", { qos: 0, notAt: qos }],
      ["subscribe", `${F}/q/#`, "ALLOWED", "the deny is about asking for QoS 2", { qos: 1, notAt: qos }],
      ["subscribe", `${F}/q/a`, "EXPLICIT_DENY", "asks for QoS 2", { qos: 2, notAt: { embedded: "qos_2_is_1" } }],
      ["receive", `${F}/q/a`, "ALLOWED", "a subscription at QoS 1 is allowed, so its messages are", { notAt: qos }],
    ],
  },
  {
    grant: "retained messages only",
    scopes: [allow("publish", `${F}/r`, { retain: true })],
    rows: [
      ["publish", `${F}/r`, "ALLOWED", "as asked for", { retain: true }],
      ["publish", `${F}/r`, "ALLOWED", "as asked for, no QoS limit", { retain: true, qos: 0 }],
      ["publish", `${F}/r`, "IMPLICIT_DENY", "must be retained", { retain: false, notAt: retained }],
    ],
  },
  {
    grant: "never retained",
    scopes: [allow("publish", `${F}/r/#`, { retain: false })],
    rows: [
      ["publish", `${F}/r/a`, "ALLOWED", "not retained"],
      ["publish", `${F}/r/a`, "IMPLICIT_DENY", "may not be retained", { retain: true, notAt: retained }],
      ["publish", `${F}/s/a`, "IMPLICIT_DENY", "another topic"],
    ],
  },
  {
    grant: "deny of retained messages",
    scopes: [allow("all", `${F}/r/#`), deny("publish", `${F}/r/#`, { retain: true })],
    rows: [
      ["publish", `${F}/r/a`, "ALLOWED", "the deny is about retained messages", { notAt: retained }],
      ["publish", `${F}/r/a`, "EXPLICIT_DENY", "retained", { retain: true }],
      ["publish", `${F}/r/a`, "EXPLICIT_DENY", "retained, at QoS 0 too", { retain: true, qos: 0 }],
      ["subscribe", `${F}/r/#`, "ALLOWED", "the deny is about publishing"],
      ["receive", `${F}/r/a`, "ALLOWED", "the deny is about publishing"],
    ],
  },
  {
    grant: "both limits at once",
    scopes: [allow("publish", `${F}/b`, { qos: [1], retain: false })],
    rows: [
      ["publish", `${F}/b`, "ALLOWED", "both hold", { qos: 1 }],
      ["publish", `${F}/b`, "IMPLICIT_DENY", "retained", { qos: 1, retain: true, notAt: retained }],
      ["publish", `${F}/b`, "IMPLICIT_DENY", "QoS 0 is outside the limit", { qos: 0, notAt: qos }],
      ["publish", `${F}/b`, "IMPLICIT_DENY", "neither holds", { qos: 2, retain: true, notAt: qos }],
    ],
  },
  {
    grant: "a deny whose limit does not hold",
    scopes: [deny("publish", `${F}/d`, { qos: [0], retain: true }), allow("publish", `${F}/d`)],
    rows: [
      ["publish", `${F}/d`, "EXPLICIT_DENY", "both limits hold", { qos: 0, retain: true }],
      ["publish", `${F}/d`, "ALLOWED", "one of the two limits does not hold", { qos: 0, notAt: qos }],
      ["publish", `${F}/d`, "ALLOWED", "one of the two limits does not hold", { qos: 1, retain: true, notAt: qos }],
      ["publish", `${F}/d`, "ALLOWED", "no limit holds", { qos: 1, notAt: qos }],
    ],
  },
  {
    grant: "retain limits and subscribing",
    scopes: [allow("all", `${F}/r/#`, { retain: false })],
    rows: [
      ["subscribe", `${F}/r/#`, "ALLOWED", "W1: retain limits publishing only"],
      ["receive", `${F}/r/a`, "ALLOWED", "W1: retain limits publishing only"],
      ["publish", `${F}/r/a`, "ALLOWED", "not retained"],
    ],
  },
];
