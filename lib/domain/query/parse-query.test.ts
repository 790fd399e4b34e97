import fc from "fast-check";
import { expect, test } from "vitest";
import { DEVICE_CATALOGUE } from "../devices/device-fields";
import { parseQuery } from "./parse-query";
import { printQuery } from "./print-query";
import { QUERY_LIMITS, type QueryNode, type QueryTerm, type QueryValue, termsOf } from "./query-ast";
import { QueryError } from "./query-error";

const parse = (text: string) => parseQuery(text, DEVICE_CATALOGUE);
const bare = (text: string): QueryValue => ({ text, quoted: false });
const quoted = (text: string): QueryValue => ({ text, quoted: true });
const word = (text: string): QueryNode => ({ type: "text", value: bare(text) });
const term = (field: string, operator: QueryTerm["operator"], ...values: QueryValue[]): QueryTerm => ({
  type: "term",
  field,
  key: undefined,
  operator,
  values,
});
const failure = (text: string): QueryError => {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
  throw new Error(`${text} is taken`);
};

test.each<[string, QueryNode]>([
  ["", { type: "all" }],
  ["   ", { type: "all" }],
  ["pump", word("pump")],
  ["p_8", word("p_8")],
  ["50%", word("50%")],
  ["\\", word("\\")],
  ["10:30", word("10:30")],
  ["pump - old", { type: "and", parts: [word("pump"), word("-"), word("old")] }],
  ["' or 1=1 --", { type: "and", parts: [word("'"), word("or"), word("1=1"), word("--")] }],
  ['"Berlin 3"', { type: "text", value: quoted("Berlin 3") }],
  ["state:offline", term("state", ":", bare("offline"))],
  ["site:lej,lyo", term("site", ":", bare("lej"), bare("lyo"))],
  ['site:"Berlin 3",lyo', term("site", ":", quoted("Berlin 3"), bare("lyo"))],
  ['name:"a \\"b\\" \\\\ \\c"', term("name", ":", quoted('a "b" \\ \\c'))],
  ["last_seen>2h", term("last_seen", ">", bare("2h"))],
  ["last_seen:>2h", term("last_seen", ">", bare("2h"))],
  ["last_seen:<=7d", term("last_seen", "<=", bare("7d"))],
  ["last_seen:never", term("last_seen", ":", bare("never"))],
  ["created:2026-11-01T10:00Z", term("created", ":", bare("2026-11-01T10:00Z"))],
  ["firmware<2.1", term("firmware", "<", bare("2.1"))],
  ["tag.line:a", { ...term("tag", ":", bare("a")), key: "line" }],
  ["metric.temperature>80", { ...term("metric", ">", bare("80")), key: "temperature" }],
  ['metric."urn:a b">-1.5e3', { ...term("metric", ">", bare("-1.5e3")), key: "urn:a b" }],
  ["-site:Harbour", { type: "not", part: term("site", ":", bare("Harbour")) }],
  ["NOT a", { type: "not", part: word("a") }],
  ["a AND b", { type: "and", parts: [word("a"), word("b")] }],
  ["a b OR c", { type: "or", parts: [{ type: "and", parts: [word("a"), word("b")] }, word("c")] }],
  ["a (b OR c)", { type: "and", parts: [word("a"), { type: "or", parts: [word("b"), word("c")] }] }],
  ["-(a b)", { type: "not", part: { type: "and", parts: [word("a"), word("b")] } }],
  ["((a))", word("a")],
])("%s is read", (text, expected) => {
  expect(parse(text)).toEqual(expected);
});

test.each<[string, string, number, number, RegExp]>([
  ["stat:offline", "unknown_field", 0, 4, /Did you mean state\?/],
  ["pump lastSeen>2h", "unknown_field", 5, 13, /Did you mean last_seen\?/],
  ["xyzzy:1", "unknown_field", 0, 5, /Fields: state, name/],
  ["http://x", "unknown_field", 0, 4, /quotes|Fields/],
  ["state:offlin", "wrong_value", 6, 12, /Did you mean offline\?/],
  ["state:online,xxxxxxx", "wrong_value", 13, 20, /one of: online/],
  ["state>offline", "wrong_operator", 0, 13, /state:/],
  ["firmware=2.1", "wrong_operator", 0, 12, /firmware:2\.1/],
  ["last_seen>yesterday", "wrong_value", 10, 19, /2h/],
  ["last_seen>2026-02-30", "wrong_value", 10, 20, /2h/],
  ["last_seen:2h", "wrong_operator", 0, 12, /last_seen>2h/],
  ["since>never", "wrong_value", 6, 11, /2h/],
  ["firmware<latest", "wrong_value", 9, 15, /firmware<2\.1/],
  ["metric.temperature>hot", "wrong_value", 19, 22, /metric\.temperature>80/],
  ["metric>80", "missing_key", 0, 9, /metric\.temperature>80/],
  ["tag>1", "missing_key", 0, 5, /tag\.line/],
  ["tag.line>a", "wrong_operator", 0, 10, /tag/],
  ["site.x:a", "wrong_operator", 0, 8, /Berlin/],
  ["listening:maybe", "wrong_value", 10, 15, /true or/],
  ["id:dev_*", "wrong_value", 3, 8, /without the field/],
  ["site:", "missing_value", 0, 5, /without a space/],
  ["site: x", "missing_value", 0, 5, /without a space/],
  ["site:a,", "missing_value", 0, 7, /without a space/],
  ['site:""', "missing_value", 5, 7, /between/],
  ['site:"Berlin', "unclosed_quote", 5, 12, /closing/],
  ['"a"b', "unexpected", 3, 4, /space/],
  ['site:a"b"', "unexpected", 6, 7, /space/],
  ["(a", "unclosed_parenthesis", 0, 1, /closing/],
  ["a)", "unexpected", 1, 2, /quotes/],
  ["()", "unexpected", 1, 2, /in front/],
  ["OR a", "unexpected", 0, 2, /in front/],
  ["a OR", "unexpected", 2, 4, /next/],
  ["a\u0000", "bad_character", 1, 2, /Remove/],
  ["\ud800", "bad_character", 0, 1, /Remove/],
  [`${"a".repeat(501)}`, "too_long", 500, 501, /Shorten/],
  [Array.from({ length: 51 }, () => "a").join(" "), "too_many_terms", 100, 101, /Shorten/],
  [`site:${Array.from({ length: 51 }, () => "a").join(",")}`, "too_many_terms", 0, 106, /Shorten/],
  [`${"(".repeat(11)}a${")".repeat(11)}`, "too_deep", 11, 12, /fewer/],
])("%s is refused", (text, code, start, end, hint) => {
  const error = failure(text);
  expect({ code: error.code, start: error.start, end: error.end }).toEqual({ code, start, end });
  expect(error.message).toMatch(/[.)]$|after/);
  expect(error.hint).toMatch(hint);
});

const plain = fc.constantFrom("a", "pump-1", "p_8", "50%", "10:30", "or", "Grüße", "x*y", "\\", "a,b", "-", "--", "'", "<5", "never", "a-b");
const quotable = fc.string({ unit: "binary", minLength: 1, maxLength: 8 }).filter((text) => !/[^\P{Cc}\t\n\r]|\p{Cs}/u.test(text));
const value = (bares: fc.Arbitrary<string>) => fc.oneof(bares.map(bare), quotable.map(quoted));
const list = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: 3 });
const comparing = fc.constantFrom(":", ">", ">=", "<", "<=" as const);
const leaf: fc.Arbitrary<QueryNode> = fc.oneof(
  value(plain).map((one): QueryNode => ({ type: "text", value: one })),
  list(value(fc.constantFrom("lej", "Ber*", "none", "a-b", "10:30"))).map((values) => term("site", ":", ...values)),
  list(fc.constantFrom("online", "OFFLINE", "never_seen").map(bare)).map((values) => term("state", ":", ...values)),
  fc.tuple(comparing, list(fc.constantFrom("80", "-1.5", "2e3").map(bare)), quotable).map(([operator, values, key]) => ({
    ...term("metric", operator as QueryTerm["operator"], ...values),
    key,
  })),
  fc
    .tuple(fc.constantFrom(">", "<="), fc.constantFrom("2h", "7d", "2026-11-01"))
    .map(([operator, text]) => term("last_seen", operator as QueryTerm["operator"], bare(text))),
);
const node: fc.Arbitrary<QueryNode> = fc.letrec<{ node: QueryNode }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    leaf,
    fc.tuple(fc.constantFrom("and", "or"), fc.array(tie("node"), { minLength: 2, maxLength: 3 })).map(([type, parts]) => ({ type, parts }) as QueryNode),
    tie("node").map((part): QueryNode => ({ type: "not", part })),
  ),
})).node;
const small = node.filter((one) => printQuery(one).length <= QUERY_LIMITS.characters && termsOf(one).length < 20);

test("what is printed is read as the same query", () => {
  fc.assert(
    fc.property(small, (one) => {
      expect(parse(printQuery(one))).toEqual(one);
    }),
    { numRuns: 1_000 },
  );
});

test("any text is a query or a QueryError that points into it, and a query prints to itself", () => {
  const pieces = fc.constantFrom(
    "a",
    " ",
    '"',
    "(",
    ")",
    "-",
    "OR",
    "NOT",
    "state:",
    "offline",
    ",",
    "tag",
    ".",
    ">",
    "=",
    ":",
    "metric.t>",
    "80",
    "\\",
    "2h",
    "last_seen<",
  );
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.array(pieces, { maxLength: 20 }).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(text, (one) => {
      let read: QueryNode;
      try {
        read = parse(one);
      } catch (error) {
        if (!(error instanceof QueryError)) throw error;
        expect(error.start).toBeGreaterThanOrEqual(0);
        expect(error.end).toBeGreaterThan(error.start);
        expect(error.end).toBeLessThanOrEqual(one.length);
        return;
      }
      expect(parse(printQuery(read))).toEqual(read);
    }),
    { numRuns: 5_000 },
  );
});
