export type FieldType = "text" | "id" | "enum" | "time" | "number" | "version" | "boolean" | "tag" | "metric";

/** What one field of a list is called and takes. Names are the API's, in snake case. */
export interface Field {
  name: string;
  type: FieldType;
  /** One line for the help: what it is. */
  help: string;
  example: string;
  /** Of an enum: all there is. */
  values?: readonly string[];
  /** The unquoted word for "has none" (`none`, `never`), where a thing may have none. */
  absent?: "none" | "never";
  /** Of a time: it lies ahead, so `<30d` means "within the next 30 days". */
  ahead?: boolean;
}

/** What a query may be about: the language is the same for every list, the catalogue differs. */
export interface Catalogue {
  fields: readonly Field[];
  /** What plain words are looked for in, for people. */
  textFields: string;
}

export const fieldNamed = ({ fields }: Catalogue, name: string): Field | undefined => fields.find((field) => field.name === name);

/** The nearest known word for one that was mistyped; undefined when nothing is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[-_]/g, "");
  const wanted = plain(word);
  let best: { name: string; far: number } | undefined;
  for (const name of known) {
    const candidate = plain(name);
    const far = wanted.length > 1 && candidate.startsWith(wanted) ? 0.5 : distance(wanted, candidate);
    if (!best || far < best.far) best = { name, far };
  }
  return best && best.far <= Math.max(1, Math.floor(wanted.length / 2.5)) ? best.name : undefined;
}

/** Levenshtein's distance; both words are short. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
