import type { QueryTerm, QueryValue } from "@/lib/domain/query/query-ast";
import type { QueryTest } from "@/lib/domain/query/read-test";
import { isOwnTokenField, type OwnTokenField, TOKEN_CATALOGUE } from "@/lib/domain/tokens/token-fields";
import { DEVICE_TABLES, deviceConditions, yesOrNo } from "../devices/device-conditions";
import type { Bind, Conditions } from "../query/compile-query";
import { columnCondition, likePattern, testsOf } from "../query/field-conditions";

interface Asked {
  tests: QueryTest[];
  /** Placeholder of the fleet's id. */
  fleet: string;
  bind: Bind;
  now: Date;
}

const FIELDS = new Map(TOKEN_CATALOGUE.fields.map((field) => [field.name, field]));

/** Terms about tokens as conditions on `access_token t`. */
export function tokenConditions({ fleet, bind, now }: Omit<Asked, "tests">): Conditions {
  const devices = deviceConditions({ fleet, bind, now });
  return {
    term(term) {
      if (!isOwnTokenField(term.field)) return ofItsDevice(term, devices, fleet);
      const field = FIELDS.get(term.field);
      if (!field) throw new TypeError(`no such field of tokens: ${term.field}`);
      return COMPILERS[term.field]({ tests: testsOf(field, term), fleet, bind, now });
    },
    text: (value) => textCondition(value, fleet, bind),
    // Fields of devices say nothing about people and services: `-site:Harbour` never means their tokens.
    about: (term) => (isOwnTokenField(term.field) ? undefined : "t.device_id is not null"),
  };
}

function ofItsDevice(term: QueryTerm, devices: Conditions, fleet: string): string {
  return `t.device_id in (select d.id from ${DEVICE_TABLES} where d.fleet_id = ${fleet}::text and (${devices.term(term)}))`;
}

function textCondition({ text, quoted }: QueryValue, fleet: string, bind: Bind): string {
  const pattern = `${bind(`%${likePattern(text, !quoted)}%`)}::text`;
  return `t.label ilike ${pattern} or t.id ilike ${pattern} or t.subject ilike ${pattern} or ${heldBy(pattern, fleet)}`;
}

/** The holder's name: a device, a member, an API key (whose console tokens it holds) or a service of this fleet. */
function heldBy(pattern: string, fleet: string): string {
  return `t.subject in (
    select x.id from device x where x.fleet_id = ${fleet}::text and x.name ilike ${pattern}
    union all select x.id from service x where x.fleet_id = ${fleet}::text and x.name ilike ${pattern}
    union all select x.id from api_key x where x.fleet_id = ${fleet}::text and x.name ilike ${pattern}
    union all select u.id from membership m join "user" u on u.id = m.user_id where m.fleet_id = ${fleet}::text and (u.name ilike ${pattern} or u.email ilike ${pattern}))`;
}

function holderCondition({ tests, fleet, bind }: Asked): string {
  const one = (test: QueryTest) => {
    if (test.is !== "text") return "false";
    const pattern = `${bind(likePattern(test.text, test.wildcard))}::text`;
    return `t.subject = ${bind(test.text)}::text or ${heldBy(pattern, fleet)}`;
  };
  return tests.map(one).join(" or ");
}

const onColumn =
  (column: string, ahead = false) =>
  ({ tests, bind, now }: Asked) =>
    tests.map((test) => columnCondition(test, column, { bind, now, ahead })).join(" or ");

function stateCondition({ tests, bind, now }: Asked): string {
  const at = `${bind(now)}::timestamptz`;
  const states: Record<string, string> = {
    live: `(t.revoked_at is null and t.expires_at > ${at})`,
    expired: `(t.revoked_at is null and t.expires_at <= ${at})`,
    revoked: `(t.revoked_at is not null and ${at} is not null)`,
  };
  return tests.map((test) => (test.is === "exactly" ? (states[test.text] ?? "false") : "false")).join(" or ");
}

const COMPILERS: Record<OwnTokenField, (asked: Asked) => string> = {
  id: onColumn("t.id"),
  kind: onColumn("t.subject_kind::text"),
  holder: holderCondition,
  label: onColumn("t.label"),
  batch: onColumn("t.batch_id"),
  kid: onColumn("t.kid"),
  state: stateCondition,
  issued: onColumn("t.issued_at"),
  expires: onColumn("t.expires_at", true),
  used: onColumn("t.last_used_at"),
  connected: ({ tests }) => yesOrNo(tests, "t.id in (select x.token_id from session x where x.disconnected_at is null)"),
  scopes: onColumn("jsonb_array_length(case jsonb_typeof(t.scopes) when 'array' then t.scopes else '[]' end)"),
};
