import { z } from "zod";
import { type Suggestions, suggestionFieldSchema } from "@/lib/domain/devices/suggestions";
import { likePattern } from "../query/field-conditions";
import { readsPayloads } from "../telemetry/reads-payloads";
import { readVerb } from "../verb";
import { firmwaresOf } from "./device-conditions";

const MOST = 12;

const OF_DEVICES = "join device d on d.id = x.device_id where d.fleet_id = $1";
/** Values of this fleet that begin with $2, at most $3. */
const STATEMENTS: Record<z.output<typeof suggestionFieldSchema>, string> = {
  name: "select name as value from device where fleet_id = $1 and lifecycle <> 'retired' and name ilike $2 order by name limit $3",
  site: "select name as value from site where fleet_id = $1 and name ilike $2 order by name limit $3",
  profile: "select name as value from profile where fleet_id = $1 and name ilike $2 order by name limit $3",
  gateway:
    "select name as value from device g where fleet_id = $1 and name ilike $2 and exists (select 1 from device b where b.gateway_id = g.id) order by name limit $3",
  firmware: `${firmwaresOf("$1")} select firmware as value from v where firmware ilike $2 order by version_parts(firmware) desc nulls last, firmware limit $3`,
  tag: `select x.key as value from tag x ${OF_DEVICES} and x.key ilike $2 group by 1 order by 1 limit $3`,
  metric: `select x.metric as value from latest_measurement x ${OF_DEVICES} and x.metric ilike $2 group by 1 order by 1 limit $3`,
};
const TAG_VALUES = `select x.value from tag x ${OF_DEVICES} and x.value ilike $2 and x.key = $4 and x.value <> '' group by 1 order by 1 limit $3`;

/** Live values of a field that begin with what was typed, for the query box. */
export const suggestValues = readVerb({
  permission: "devices:read",
  input: z.object({
    field: suggestionFieldSchema,
    /** Of `tag`: the key whose values are wanted. */
    key: z.string().max(64).optional(),
    prefix: z.string().max(80).default(""),
  }),
  async run(ctx, { field, key, prefix }): Promise<Suggestions> {
    // Names of metrics belong to payloads: support staff does not see them.
    if (field === "metric" && !readsPayloads(ctx)) return { items: [] };
    const ofKey = field === "tag" && key !== undefined;
    const values = [ctx.fleetId, `${likePattern(prefix, false)}%`, MOST, ...(ofKey ? [key.toLowerCase()] : [])];
    const { rows } = await ctx.database.pool.query<{ value: string }>(ofKey ? TAG_VALUES : STATEMENTS[field], values);
    return { items: rows.map(({ value }) => value) };
  },
});
