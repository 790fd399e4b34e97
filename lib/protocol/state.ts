import { z } from "zod";

/** Desired and reported state (docs/state.md). Bounds of one document; AWS's device shadow has 8 KiB and 6 levels too. */
const STATE_LIMITS = { documentBytes: 8 * 1024, levels: 6, values: 256, textLength: 1_000, errorLength: 200 } as const;
export const MAX_STATE_VERSION = 999_999_999;

/** No dots: `logging.level` is a path. No leading `_`: nothing that means anything to JavaScript. */
const KEY_PATTERN = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
const LONGEST_PATH = 400;

/** A value of a document: null only in a merge patch, where it takes a key away. */
export type StateValue = string | number | boolean | null | readonly StateValue[] | StateDocument;
export interface StateDocument {
  readonly [key: string]: StateValue;
}

export const isDocument = (value: StateValue | undefined): value is StateDocument => typeof value === "object" && value !== null && !Array.isArray(value);

/** The values of a document by path, `logging.level`. An array is one value, and so is an object without keys. */
export function leavesOf(document: StateDocument): Map<string, StateValue> {
  const leaves = new Map<string, StateValue>();
  const walk = (inner: StateDocument, prefix: string) => {
    for (const [key, value] of Object.entries(inner)) {
      const path = prefix === "" ? key : `${prefix}.${key}`;
      if (isDocument(value) && Object.keys(value).length > 0) walk(value, path);
      else leaves.set(path, value);
    }
  };
  walk(document, "");
  return leaves;
}

/** What is wrong with a document, in a sentence; undefined: nothing. `nulls`: it is a merge patch. */
function documentProblem(document: unknown, { nulls }: { nulls: boolean }): string | undefined {
  if (typeof document !== "object" || document === null || Array.isArray(document)) return "Expected an object.";
  let values = 0;
  const look = (value: unknown, path: string, level: number, inArray: boolean): string | undefined => {
    if (value === null) return nulls && !inArray ? undefined : `${path || "It"} is null: leave it out instead.`;
    if (typeof value === "string") return textProblem(value, path);
    if (typeof value === "number") return Number.isFinite(value) ? undefined : `${path} is not a finite number.`;
    if (typeof value === "boolean") return undefined;
    if (typeof value !== "object") return `${path} is none of JSON's values.`;
    if (level > STATE_LIMITS.levels) return `${path} is more than ${STATE_LIMITS.levels} levels deep.`;
    for (const [key, inner] of Object.entries(value)) {
      if (++values > STATE_LIMITS.values) return `More than ${STATE_LIMITS.values} values.`;
      if (!Array.isArray(value) && !KEY_PATTERN.test(key)) return `“${key.slice(0, 64)}” is no key: 1 to 64 of A-Z a-z 0-9 _ -, not beginning with _ or -.`;
      const found = look(inner, path === "" ? key : `${path}.${key}`, level + 1, inArray || Array.isArray(value));
      if (found) return found;
    }
    return undefined;
  };
  const found = look(document, "", 1, false);
  if (found) return found;
  const bytes = new TextEncoder().encode(JSON.stringify(document)).length;
  return bytes > STATE_LIMITS.documentBytes ? `${bytes} bytes; at most ${STATE_LIMITS.documentBytes}.` : undefined;
}

/** Postgres keeps neither NUL nor half of a surrogate pair. */
function textProblem(text: string, path: string): string | undefined {
  if (text.length > STATE_LIMITS.textLength) return `${path} has ${text.length} characters; at most ${STATE_LIMITS.textLength}.`;
  return text.includes("\0") || /\p{Surrogate}/u.test(text) ? `${path} holds a character that is no text.` : undefined;
}

const documentSchema = (nulls: boolean) =>
  z.unknown().transform((value, context): StateDocument => {
    const problem = documentProblem(value, { nulls });
    if (problem === undefined) return value as StateDocument;
    context.addIssue({ code: "custom", message: problem });
    return z.NEVER;
  });

export const stateDocumentSchema = documentSchema(false);
/** RFC 7396. */
export const statePatchSchema = documentSchema(true);

const version = z.number().int().min(0).max(MAX_STATE_VERSION);

/** `down/state`: all that is desired, whole. A device works through it, then reports with this version. */
export const desiredMessageSchema = z.object({ version, desired: stateDocumentSchema, at: z.iso.datetime() });
export type DesiredMessage = z.output<typeof desiredMessageSchema>;

const errorText = z
  .string()
  .max(STATE_LIMITS.errorLength)
  .refine((text) => textProblem(text, "") === undefined, "Holds a character that is no text.");

/**
 * `up/state`: what the device has. `version`: of the desired document that it has worked through (0: none); one below the newest asks for
 * it. `reported`: whole; `patch`: what changed (RFC 7396). `errors`: what it does not take, by path, with a sentence; all of them.
 */
export const stateReportSchema = z
  .strictObject({
    version: version.optional(),
    reported: stateDocumentSchema.optional(),
    patch: statePatchSchema.optional(),
    errors: z
      .record(
        z
          .string()
          .regex(/^[A-Za-z0-9_.-]+$/, "Not a path.")
          .max(LONGEST_PATH),
        errorText,
      )
      .refine((errors) => Object.keys(errors).length <= STATE_LIMITS.values, `At most ${STATE_LIMITS.values} errors.`)
      .optional(),
  })
  .refine(({ reported, patch }) => reported === undefined || patch === undefined, "Give the whole document or a patch, not both.");
export type StateReport = z.output<typeof stateReportSchema>;
