import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { DEVICE_CATALOGUE } from "../devices/device-fields";
import { TOKEN_CATALOGUE } from "../tokens/token-fields";
import { parseQuery } from "./parse-query";
import { termsOf } from "./query-ast";

const documentation = readFileSync("docs/query.md", "utf8");

test.each([DEVICE_CATALOGUE, TOKEN_CATALOGUE].flatMap((catalogue) => catalogue.fields.map((field) => [field, catalogue] as const)))(
  "the example of $name is a query of that field, and the field is documented",
  (field, catalogue) => {
    expect(termsOf(parseQuery(field.example, catalogue)).map((term) => term.field)).toEqual([field.name]);
    expect(documentation).toMatch(new RegExp(`^\\| \`${field.name}\` `, "m"));
  },
);
