import { DEVICE_FIELDS } from "@/lib/domain/devices/device-fields";
import type { QueryTerm, QueryValue } from "@/lib/domain/query/query-ast";
import type { QueryTest } from "@/lib/domain/query/read-test";
import { PROOF_TABLES, proofSql } from "../posture/proof-sql";
import type { Bind, Conditions } from "../query/compile-query";
import { columnCondition, likePattern, testsOf } from "../query/field-conditions";

type FieldName = (typeof DEVICE_FIELDS)[number]["name"];
const FIELDS = new Map<string, (typeof DEVICE_FIELDS)[number]>(DEVICE_FIELDS.map((field) => [field.name, field]));

interface Asked {
  term: QueryTerm;
  tests: QueryTest[];
  /** Placeholder of the fleet's id. */
  fleet: string;
  bind: Bind;
  now: Date;
}

/** Tables of every statement about devices. */
export const DEVICE_TABLES = "device d join presence p on p.device_id = d.id";

/** Terms about devices as conditions on DEVICE_TABLES. `fleet` is the placeholder of the fleet's id. */
export function deviceConditions({ fleet, bind, now }: Pick<Asked, "fleet" | "bind" | "now">): Conditions {
  return {
    term(term) {
      const field = FIELDS.get(term.field);
      if (!field) throw new TypeError(`no such field of devices: ${term.field}`);
      return COMPILERS[field.name]({ term, tests: testsOf(field, term), fleet, bind, now });
    },
    text: (value) => textCondition(value, fleet, bind),
  };
}

/** Any part of name, id or site; the trigram indexes answer it, hence the array of sites. */
function textCondition({ text, quoted }: QueryValue, fleet: string, bind: Bind): string {
  const pattern = `${bind(`%${likePattern(text, !quoted)}%`)}::text`;
  const sites = `array(select s.id from site s where s.fleet_id = ${fleet}::text and s.name ilike ${pattern})`;
  return `d.name ilike ${pattern} or d.id ilike ${pattern} or d.site_id = any(${sites})`;
}

/** One of the values holds, each by itself on a column. */
const onColumn =
  (column: string) =>
  ({ tests, bind, now }: Asked) =>
    tests.map((test) => columnCondition(test, column, { bind, now })).join(" or ");

/** One of the values, all of which are exact. */
const isOneOf = ({ tests, bind }: Asked) => `any(${bind(tests.map((test) => (test.is === "exactly" ? test.text : "")))}::text[]`;

/** `column` points at a row of the fleet that a value names. */
function pointsAt(column: string, table: "site" | "profile" | "device", byId: boolean) {
  return ({ tests, fleet, bind, now }: Asked) => {
    const named = (test: QueryTest) => {
      if (test.is === "absent") return `${column} is null`;
      const id = byId && test.is === "text" ? ` or x.id = ${bind(test.text)}::text` : "";
      return `${column} in (select x.id from ${table} x where x.fleet_id = ${fleet}::text and (${columnCondition(test, "x.name", { bind, now })}${id}))`;
    };
    return tests.map(named).join(" or ");
  };
}

const COMPILERS: Record<FieldName, (asked: Asked) => string> = {
  state: (asked) => `p.state = ${isOneOf(asked)}::"PresenceState"[])`,
  lifecycle: (asked) => `d.lifecycle = ${isOneOf(asked)}::"Lifecycle"[])`,
  id: (asked) => `d.id = ${isOneOf(asked)})`,
  name: onColumn("d.name"),
  site: pointsAt("d.site_id", "site", true),
  profile: pointsAt("d.profile_id", "profile", false),
  gateway: pointsAt("d.gateway_id", "device", true),
  firmware: firmwareCondition,
  tag: tagCondition,
  metric: metricCondition,
  last_seen: onColumn("p.last_seen_at"),
  since: onColumn("p.since"),
  created: onColumn("d.created_at"),
  connected: ({ tests }) => yesOrNo(tests, "d.id in (select x.device_id from session x where x.disconnected_at is null and x.device_id is not null)"),
  // A device that never reported says neither.
  listening: ({ tests }) => tests.map((test) => `d.id in (select r.device_id from posture_report r where r.inbound ${isYes(test) ? ">" : "="} 0)`).join(" or "),
  desired: (asked) =>
    `d.id in (select x.device_id from device_state x where x.fleet_id = ${asked.fleet}::text and x.status = ${isOneOf(asked)}::"StateStatus"[]))`,
  posture: (asked) =>
    `d.id in (select d.id from ${PROOF_TABLES} where d.fleet_id = ${asked.fleet}::text and ${proofSql(asked.bind(asked.now))} = ${isOneOf(asked)}))`,
};

/** A fleet has few versions, found by hopping over the index. The table `v` has each in `firmware`, once, and perhaps a null. */
export const firmwaresOf = (fleet: string): string => `with recursive v(firmware) as (
  select min(firmware) from device where fleet_id = ${fleet}::text
  union all select (select min(x.firmware) from device x where x.fleet_id = ${fleet}::text and x.firmware > v.firmware) from v where v.firmware is not null)`;

/** Each version is compared once, not once per device. */
function firmwareCondition({ tests, fleet, bind, now }: Asked): string {
  const one = (test: QueryTest) =>
    test.is === "absent"
      ? "d.firmware is null"
      : `d.firmware = any(array(${firmwaresOf(fleet)} select firmware from v where ${columnCondition(test, "firmware", { bind, now })}))`;
  return tests.map(one).join(" or ");
}

/** Keys of tags are lower case: one that is named whole is found by the index. */
function tagCondition({ term, tests, bind, now }: Asked): string {
  const named = (test: QueryTest) =>
    test.is === "text" && !test.wildcard
      ? // An index has values in lower case.
        term.key === undefined
        ? `t.key = ${bind(test.text.toLowerCase())}::text`
        : `lower(t.value) = lower(${bind(test.text)}::text)`
      : columnCondition(test, term.key === undefined ? "t.key" : "t.value", { bind, now });
  const key = term.key === undefined ? "" : `t.key = ${bind(term.key.toLowerCase())}::text and `;
  return `d.id in (select t.device_id from tag t where ${key}(${tests.map(named).join(" or ")}))`;
}

function metricCondition({ term, tests, bind, now }: Asked): string {
  const named = (test: QueryTest) => columnCondition(test, term.key === undefined ? "l.metric" : "l.value", { bind, now });
  const key = term.key === undefined ? "" : `l.metric = ${bind(term.key)}::text and `;
  return `d.id in (select l.device_id from latest_measurement l where ${key}(${tests.map(named).join(" or ")}))`;
}

const isYes = (test: QueryTest) => test.is === "boolean" && test.value;

export function yesOrNo(tests: readonly QueryTest[], condition: string): string {
  return tests.map((test) => (isYes(test) ? `(${condition})` : `((${condition}) is not true)`)).join(" or ");
}
