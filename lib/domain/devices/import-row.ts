import { z } from "zod";
import { deviceNameSchema, noteSchema, tagsSchema } from "./device-view";

/** One device as a file tells of it. What is left out stays as it is; a device that is new gets the usual. */
export const importRowSchema = z.object({
  /** Of the file, for the answer. */
  line: z.number().int().min(1),
  name: deviceNameSchema,
  site: deviceNameSchema.optional(),
  profile: deviceNameSchema.optional(),
  /** The device that it reaches us through: one that is there, or stands in the file before it. */
  gateway: deviceNameSchema.optional(),
  note: noteSchema.optional(),
  /** Set, beside the tags that it has. */
  tags: tagsSchema.default({}),
});
export type ImportRow = z.output<typeof importRowSchema>;

/** Of one call; a file of any size is sent in portions, one after the other. */
export const IMPORT_ROWS_AT_ONCE = 500;
export const IMPORT_BYTES_AT_ONCE = 200_000;
export const IMPORT_MOST_ROWS = 50_000;

export const IMPORT_OUTCOMES = ["added", "changed", "unchanged", "refused"] as const;
export type ImportOutcome = (typeof IMPORT_OUTCOMES)[number];

export const importResultSchema = z.object({
  line: z.number().int(),
  name: z.string(),
  outcome: z.enum(IMPORT_OUTCOMES),
  /** Why it is refused, or what changes. */
  detail: z.string(),
});
export type ImportResult = z.output<typeof importResultSchema>;

/** What the fleet knows under the row's name. */
export interface Known {
  lifecycle: "pending" | "active" | "suspended" | "retired";
  site: string | null;
  profile: string;
  gateway: string | null;
  note: string;
  tags: Readonly<Record<string, string>>;
}

export type ImportDecision =
  | { outcome: "added" | "unchanged" }
  | { outcome: "changed"; change: Partial<Pick<ImportRow, "site" | "profile" | "gateway" | "note" | "tags">> }
  | { outcome: "refused"; reason: string };

const MOST_TAGS = 32;

/** What a row does to a fleet. The same row a second time does nothing. */
export function decideImport({ name, site, profile, gateway, note, tags }: ImportRow, known: Known | undefined, profiles: ReadonlySet<string>): ImportDecision {
  if (profile !== undefined && !profiles.has(profile))
    return { outcome: "refused", reason: `There is no profile ${profile}. Add it first: it says how often its devices report.` };
  if (!known) return { outcome: "added" };
  if (known.lifecycle === "retired") return { outcome: "refused", reason: `${name} is retired. Its name stays with its history; take another one.` };
  if (Object.keys({ ...known.tags, ...tags }).length > MOST_TAGS) return { outcome: "refused", reason: `It would have more than ${MOST_TAGS} tags.` };
  const newTags = Object.fromEntries(Object.entries(tags).filter(([key, value]) => known.tags[key] !== value));
  const change = {
    ...(site !== undefined && site !== known.site ? { site } : {}),
    ...(profile !== undefined && profile !== known.profile ? { profile } : {}),
    ...(gateway !== undefined && gateway !== known.gateway ? { gateway } : {}),
    ...(note !== undefined && note !== known.note ? { note } : {}),
    ...(Object.keys(newTags).length > 0 ? { tags: newTags } : {}),
  };
  return Object.keys(change).length > 0 ? { outcome: "changed", change } : { outcome: "unchanged" };
}

/** "site, tag:line": what of a device changes, for people. */
export function changeInWords({ tags = {}, ...rest }: Partial<ImportRow>): string {
  return [...Object.keys(rest), ...Object.keys(tags).map((key) => `tag:${key}`)].join(", ");
}

/** Rows in portions that one call takes. */
export function importPortions(rows: readonly ImportRow[]): ImportRow[][] {
  const portions: ImportRow[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    const size = new TextEncoder().encode(JSON.stringify(row)).length + 1;
    const last = portions.at(-1);
    if (last && last.length < IMPORT_ROWS_AT_ONCE && bytes + size <= IMPORT_BYTES_AT_ONCE) last.push(row);
    else portions.push([row]);
    bytes = last === portions.at(-1) ? bytes + size : size;
  }
  return portions;
}

/** How often each outcome is among the results. */
export function countOutcomes(results: readonly ImportResult[]): Record<ImportOutcome, number> {
  const counts = { added: 0, changed: 0, unchanged: 0, refused: 0 };
  for (const { outcome } of results) counts[outcome]++;
  return counts;
}
