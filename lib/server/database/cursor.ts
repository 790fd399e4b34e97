import { createHash } from "node:crypto";
import { z } from "zod";
import { SallyportError } from "@/lib/base/errors";

/**
 * An opaque place in a list: the sort key of the last row shown, tied to the search it belongs to. Nothing in it is trusted:
 * its values are checked against `key` and bound as parameters, and the fleet comes from the caller, never from here.
 */
export function encodeCursor(search: object, key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify([fingerprint(search), ...key])).toString("base64url");
}

/** Throws `invalid_input` for a cursor of another search, and for one that was made up. */
export function decodeCursor<K extends [z.ZodType, ...z.ZodType[]]>(cursor: string, search: object, key: K): z.output<z.ZodTuple<K>> {
  let values: unknown;
  try {
    values = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    throw badCursor();
  }
  if (!Array.isArray(values) || values[0] !== fingerprint(search)) throw badCursor();
  const parsed = z.tuple(key).safeParse(values.slice(1));
  if (!parsed.success) throw badCursor();
  return parsed.data;
}

function fingerprint(search: object): string {
  const sorted = Object.entries(search).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(sorted)).digest("base64url").slice(0, 12);
}

function badCursor(): SallyportError {
  return new SallyportError("invalid_input", "cursor: not a place in this list.", {
    hint: "Take nextCursor from the last answer, with the same filters and sort; or leave it out to begin again.",
    fields: [{ path: "cursor", message: "Not a place in this list." }],
  });
}
