import type { QueryNode, QueryTerm, QueryValue } from "./query-ast";

/** The text of a query: `parseQuery` reads the same query from it. */
export function printQuery(node: QueryNode): string {
  if (node.type === "all") return "";
  if (node.type === "not") return `-${isPlain(node.part) ? printQuery(node.part) : grouped(node.part)}`;
  if (node.type === "text") return printValue(node.value);
  return node.type === "term" ? printTerm(node) : printParts(node);
}

function printParts({ type, parts }: QueryNode & { type: "and" | "or" }): string {
  const one = (part: QueryNode) => (part.type === "or" || part.type === type ? grouped(part) : printQuery(part));
  return parts.map(one).join(type === "or" ? " OR " : " ");
}

/** May stand behind a minus as it is; a word that begins with one may not. */
const isPlain = (node: QueryNode): boolean => node.type === "term" || (node.type === "text" && (node.value.quoted || !node.value.text.startsWith("-")));
const grouped = (node: QueryNode) => `(${printQuery(node)})`;

function printTerm({ field, key, operator, values }: QueryTerm): string {
  return `${field}${key === undefined ? "" : `.${printKey(key)}`}${operator}${values.map(printValue).join(",")}`;
}

const printValue = ({ text, quoted }: QueryValue) => (quoted ? inQuotes(text) : text);
const printKey = (key: string) => (/^[^\s:<>=(),"]+$/u.test(key) ? key : inQuotes(key));
const inQuotes = (text: string) => `"${text.replace(/["\\]/g, "\\$&")}"`;

/** A value as it has to be written to be read as itself: in quotes where it would mean something else. */
export function asValue(text: string): QueryValue {
  return { text, quoted: !/^[^\s(),"*<>=-][^\s(),"*]*$/u.test(text) || /^(none|never|true|false|yes|no|OR|AND|NOT)$/.test(text) };
}

export const asWritten = (text: string): string => printValue(asValue(text));
