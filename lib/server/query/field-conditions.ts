import type { Field } from "@/lib/domain/query/field-catalogue";
import type { QueryTerm } from "@/lib/domain/query/query-ast";
import { type QueryTest, readTest } from "@/lib/domain/query/read-test";
import type { Bind } from "./compile-query";

/** The tests of a term that was parsed against this field. */
export function testsOf(field: Field, term: QueryTerm): QueryTest[] {
  return term.values.map((value) => {
    const test = readTest(field, term, value);
    if ("code" in test) throw new TypeError(`a term that was parsed does not fit its field: ${field.name}`);
    return test;
  });
}

/** A pattern for `ilike`: `*` is any text when it is a wildcard; `%`, `_` and `\` are ordinary. */
export function likePattern(text: string, wildcard: boolean): string {
  const plain = text.replace(/[\\%_]/g, "\\$&");
  return wildcard ? plain.replace(/\*+/g, "%") : plain;
}

/** What one value asks of one column, for the tests that need nothing but a column. */
export function columnCondition(test: QueryTest, column: string, { bind, now, ahead = false }: { bind: Bind; now: Date; ahead?: boolean }): string {
  switch (test.is) {
    case "absent":
      return `${column} is null`;
    case "text":
      return `${column} ilike ${bind(likePattern(test.text, test.wildcard))}::text`;
    case "exactly":
      return `${column} = ${bind(test.text)}::text`;
    case "boolean":
      return test.value ? column : `not ${column}`;
    case "number":
      return `${column} ${test.operator === ":" ? "=" : test.operator} ${bind(test.value)}::float8`;
    case "version":
      return versionCondition(test, column, bind);
    case "distance":
      return distanceCondition(test, column, bind, now, ahead);
    case "between": {
      const ends = [
        ...(test.from === undefined ? [] : [`${column} >= ${bind(new Date(test.from))}::timestamptz`]),
        ...(test.before === undefined ? [] : [`${column} < ${bind(new Date(test.before))}::timestamptz`]),
      ];
      return `(${ends.join(" and ")})`;
    }
  }
}

function versionCondition({ operator, parts, text }: QueryTest & { is: "version" }, column: string, bind: Bind): string {
  const compared = `version_parts(${column}) ${operator === ":" ? "=" : operator} ${bind(parts)}::bigint[]`;
  return operator === ":" ? `(${compared} or ${column} ilike ${bind(likePattern(text, false))}::text)` : compared;
}

/** Behind us: longer ago than that, or since then. Ahead: later than that, or from now until then. */
function distanceCondition({ more, ms }: QueryTest & { is: "distance" }, column: string, bind: Bind, now: Date, ahead: boolean): string {
  const edge = `${bind(new Date(now.getTime() + (ahead ? ms : -ms)))}::timestamptz`;
  if (!ahead) return more ? `${column} < ${edge}` : `${column} > ${edge}`;
  return more ? `${column} > ${edge}` : `(${column} > ${bind(now)}::timestamptz and ${column} <= ${edge})`;
}
