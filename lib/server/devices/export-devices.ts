import { z } from "zod";
import { type CsvValue, toCsv } from "@/lib/base/csv";
import { SallyportError } from "@/lib/base/errors";
import { type DeviceRow, deviceListInputSchema } from "@/lib/domain/devices/device-view";
import { authorize, type Context } from "@/lib/server/context";
import { readVerb } from "@/lib/server/verb";
import { cursorAfter, pageQuery, readSearch } from "./device-search";
import { loadDeviceRows } from "./load-device-rows";

const MOST_ROWS = 100_000;
const ROWS_AT_ONCE = 500;

type ExportRow = DeviceRow & { gatewayName: string | undefined };

const COLUMNS: Record<string, (row: ExportRow) => CsvValue> = {
  id: (row) => row.id,
  name: (row) => row.name,
  site: (row) => row.site?.name,
  profile: (row) => row.profile.name,
  gateway: (row) => row.gatewayName,
  lifecycle: (row) => row.lifecycle,
  state: (row) => row.presence.state,
  cause: (row) => row.presence.cause,
  since: (row) => row.presence.since,
  last_seen_at: (row) => row.presence.lastSeenAt,
  firmware: (row) => row.firmware,
  address: (row) => row.address,
  created_at: (row) => row.createdAt,
};

/**
 * Everything that the list would show, in its order, as a file whose columns an import reads again (name, site, profile, gateway, tag:KEY).
 * Throws `too_large` beyond 100,000 rows.
 */
export const exportDevices = readVerb({
  permission: "devices:read",
  input: deviceListInputSchema.omit({ limit: true, cursor: true }).extend({ format: z.enum(["csv", "jsonl"]).default("csv") }),
  async run(ctx, { format, ...asked }) {
    const search = readSearch({ ...asked, limit: ROWS_AT_ONCE });
    if (search.asksForMetrics) authorize(ctx, "telemetry:read");
    const now = ctx.clock.now();
    const rows: ExportRow[] = [];
    let cursor: string | undefined;
    do {
      const statement = pageQuery(ctx.fleetId, { ...search, cursor }, now);
      const found = await ctx.database.pool.query<{ id: string }>(statement.text, statement.values);
      const page = found.rows.slice(0, ROWS_AT_ONCE);
      const ids = page.map(({ id }) => id);
      const gateways = await gatewayNames(ctx, ids);
      rows.push(...(await loadDeviceRows(ctx, ids)).map((row) => ({ ...row, gatewayName: gateways.get(row.id) })));
      if (rows.length > MOST_ROWS) throw tooMany();
      const last = page.at(-1);
      cursor = found.rows.length > ROWS_AT_ONCE && last ? cursorAfter(search, last) : undefined;
    } while (cursor !== undefined);
    const text = format === "csv" ? toCsv(rows, { ...COLUMNS, ...tagColumns(rows) }) : rows.map((row) => `${JSON.stringify(flat(row))}\n`).join("");
    return { format, rows: rows.length, text };
  },
});

async function gatewayNames({ database, fleetId }: Pick<Context, "database" | "fleetId">, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await database.prisma.device.findMany({
    where: { fleetId, id: { in: [...ids] }, gatewayId: { not: null } },
    select: { id: true, gateway: { select: { name: true } } },
  });
  return new Map(rows.flatMap(({ id, gateway }) => (gateway ? [[id, gateway.name] as const] : [])));
}

function tagColumns(rows: readonly DeviceRow[]): Record<string, (row: DeviceRow) => CsvValue> {
  const keys = [...new Set(rows.flatMap(({ tags }) => tags.map(({ key }) => key)))].sort();
  return Object.fromEntries(keys.map((key) => [`tag:${key}`, (row: DeviceRow) => row.tags.find((tag) => tag.key === key)?.value]));
}

function flat(row: ExportRow): object {
  const given = Object.entries(COLUMNS).flatMap(([key, cell]) => {
    const value = cell(row);
    return value === null || value === undefined ? [] : [[key, value] as const];
  });
  return { ...Object.fromEntries(given), tags: Object.fromEntries(row.tags.map(({ key, value }) => [key, value])) };
}

function tooMany(): SallyportError {
  return new SallyportError("too_large", `More devices match than one file holds (${MOST_ROWS.toLocaleString("en")}).`, {
    hint: "Narrow it with a query, for example by site.",
  });
}
