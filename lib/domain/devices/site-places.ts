import { z } from "zod";
import { CsvProblem, fromCsv } from "@/lib/base/csv-read";
import { deviceNameSchema } from "./device-view";

export const latitudeSchema = z.number({ error: "A number of degrees." }).min(-90, "From -90 to 90.").max(90, "From -90 to 90.");
export const longitudeSchema = z.number({ error: "A number of degrees." }).min(-180, "From -180 to 180.").max(180, "From -180 to 180.");

/** Both, or null twice: no place. What is left out stays as it is. */
export const changeSiteInputSchema = z
  .object({
    siteId: z.string().max(64),
    name: deviceNameSchema.optional(),
    latitude: latitudeSchema.nullable().optional(),
    longitude: longitudeSchema.nullable().optional(),
  })
  .refine(({ latitude, longitude }) => typeof latitude === typeof longitude, {
    message: "Latitude and longitude: give both or neither.",
    path: ["latitude"],
  });

const placeRowSchema = z.object({ line: z.number().int().min(1), name: deviceNameSchema, latitude: latitudeSchema, longitude: longitudeSchema });
export type PlaceRow = z.output<typeof placeRowSchema>;

const PLACES_AT_ONCE = 1_000;
export const placeSitesInputSchema = z.object({ rows: z.array(placeRowSchema).min(1).max(PLACES_AT_ONCE), dryRun: z.boolean().default(false) });

export const placeResultSchema = z.object({
  line: z.number().int(),
  name: z.string(),
  outcome: z.enum(["added", "placed", "unchanged", "refused"]),
  detail: z.string(),
});
export type PlaceResult = z.output<typeof placeResultSchema>;

/** What a row does to a site: the same row a second time does nothing. */
export function decidePlace(row: PlaceRow, known: { latitude: number | null; longitude: number | null } | undefined): PlaceResult["outcome"] {
  if (!known) return "added";
  return known.latitude === row.latitude && known.longitude === row.longitude ? "unchanged" : "placed";
}

/** Sites from CSV with the columns name, latitude and longitude, in any order. Never throws: what cannot be read is told with its line. */
export function readPlaces(text: string): { rows: PlaceRow[]; refused: PlaceResult[]; problem: string | undefined } {
  try {
    const { columns, lines } = fromCsv(text);
    const missing = ["name", "latitude", "longitude"].filter((column) => !columns.includes(column));
    if (missing.length > 0) return { rows: [], refused: [], problem: `The first line has no column called ${missing.join(" or ")}.` };
    const rows: PlaceRow[] = [];
    const refused: PlaceResult[] = [];
    for (const { line, values } of lines) {
      const { name = "", latitude = "", longitude = "" } = values;
      const read = placeRowSchema.safeParse({ line, name: name.trim(), latitude: numberOf(latitude), longitude: numberOf(longitude) });
      const issue = read.error?.issues[0];
      if (issue) refused.push({ line, name, outcome: "refused", detail: `${issue.path.join(".")}: ${issue.message}` });
      else if (read.data && rows.some((row) => row.name === read.data.name))
        refused.push({ line, name, outcome: "refused", detail: "An earlier line is about the same site." });
      else if (read.data) rows.push(read.data);
    }
    const many = rows.length > PLACES_AT_ONCE;
    return { rows, refused, problem: many ? `More than ${PLACES_AT_ONCE.toLocaleString("en")} sites. Take the file apart.` : undefined };
  } catch (error) {
    if (!(error instanceof CsvProblem)) throw error;
    return { rows: [], refused: [], problem: `This cannot be read as CSV: ${error.message}` };
  }
}

/** Undefined is refused by the schema; an empty cell is no zero. */
const numberOf = (text: string) => (text.trim() === "" ? undefined : Number(text));
