import { z } from "zod";
import { type QueryNode, termsOf } from "@/lib/domain/query/query-ast";
import { RENEWAL_LATEST } from "@/lib/domain/renewals/renewal-times";
import { TOKEN_CATALOGUE } from "@/lib/domain/tokens/token-fields";
import { RENEWAL_DAYS, TOKEN_LIST_VIEWS, type TokenListView, type tokenFilterSchema, UNUSED_AFTER_HOURS } from "@/lib/domain/tokens/token-list";
import { decodeCursor, encodeCursor } from "../database/cursor";
import { compileQuery } from "../query/compile-query";
import { readQuery } from "../query/read-query";
import { tokenConditions } from "./token-conditions";

export interface TokenSearch extends z.output<typeof tokenFilterSchema> {
  query: QueryNode;
  asksForMetrics: boolean;
}

/** Throws `invalid_input` with the column of what is wrong in `q`. */
export function readTokenSearch(filter: z.output<typeof tokenFilterSchema>): TokenSearch {
  const query = readQuery(filter.q ?? "", TOKEN_CATALOGUE, "q");
  return { ...filter, query, asksForMetrics: termsOf(query).some(({ field }) => field === "metric") };
}

interface Statement {
  text: string;
  values: unknown[];
}

const VALID = "(t.revoked_at is null and t.expires_at > $2::timestamptz)";
const CONNECTED = `t.id in (select s.token_id from session s where s.disconnected_at is null
  union all select l.token_id from broker_login l where l.expires_at > $2::timestamptz)`;
/** Devices that are suspended or retired, and people who left, get no new token. */
const HOLDER_ACTIVE = `case t.subject_kind
  when 'device' then exists (select 1 from device d where d.id = t.device_id and d.lifecycle in ('active', 'pending'))
  when 'console' then exists (select 1 from membership m join "user" u on u.id = m.user_id where m.user_id = t.subject and m.fleet_id = t.fleet_id and u.disabled_at is null)
  else true end`;
const REPLACED = "exists (select 1 from access_token r where r.replaces_id = t.id and r.revoked_at is null and r.expires_at > t.expires_at)";
const USED_SCOPES = "coalesce(u.used, 0)";
/** Most tokens use as many scopes as they have: only of the others the denies are told apart, which is dear. */
const SOME_UNUSED = `${USED_SCOPES} < jsonb_array_length(t.scopes)
  and ${USED_SCOPES} < jsonb_array_length(jsonb_path_query_array(t.scopes, '$[*] ? (@.permission == "allow")'))`;

const VIEWS: Record<TokenListView, string> = {
  live: VALID,
  connected: `${VALID} and ${CONNECTED}`,
  unused: `${VALID} and t.last_used_at is null and t.issued_at < $2::timestamptz - interval '${UNUSED_AFTER_HOURS} hours'`,
  partly: `${VALID} and t.last_used_at is not null and ${SOME_UNUSED}`,
  renewals: `${VALID} and t.expires_at <= $2::timestamptz + interval '${RENEWAL_DAYS} days' and ${HOLDER_ACTIVE} and not ${REPLACED}
    and (not t.renews or $2::timestamptz >= t.issued_at + (t.expires_at - t.issued_at) * ${RENEWAL_LATEST}::float8)`,
  expired: "t.revoked_at is null and t.expires_at <= $2::timestamptz",
  revoked: "t.revoked_at is not null",
};

const millis = (column: string) => `(extract(epoch from ${column}) * 1000)::bigint`;
/** What comes first: the newest grant; of renewals the one that ends next; of what is over, what ended last. */
const SORTS: Partial<Record<TokenListView, { column: string; down: boolean }>> = {
  renewals: { column: "t.expires_at", down: false },
  expired: { column: "t.expires_at", down: true },
  revoked: { column: "t.revoked_at", down: true },
};
const sortOf = ({ view }: TokenSearch) => (view && SORTS[view]) ?? { column: "t.issued_at", down: true };

/** $1 is the fleet, $2 now. */
function base(fleetId: string, search: TokenSearch, now: Date): Statement {
  const values: unknown[] = [fleetId, now];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const conditions = ["t.fleet_id = $1::text"];
  if (search.kind) conditions.push(`t.subject_kind = ${bind(search.kind)}::"SubjectKind"`);
  if (search.deviceId) conditions.push(`t.device_id = ${bind(search.deviceId)}::text`);
  if (!search.tabs) conditions.push("not (t.subject_kind = 'console' and t.granted_by = '')");
  if (search.query.type !== "all") conditions.push(compileQuery(search.query, tokenConditions({ fleet: "$1", bind, now })));
  return { text: conditions.join(" and "), values };
}

const USES = "left join (select token_id, count(*) as used from scope_use group by token_id) u on u.token_id = t.id";

/** One row: `total` of everything that matches, and how many each view has. */
export function countsStatement(fleetId: string, search: TokenSearch, now: Date): Statement {
  const { text, values } = base(fleetId, search, now);
  const counts = TOKEN_LIST_VIEWS.map((view) => `count(*) filter (where ${VIEWS[view]})::int as ${view}`);
  return { text: `select count(*)::int as total, ${counts.join(", ")}, $2::timestamptz as at from access_token t ${USES} where ${text}`, values };
}

/** Ids of one page, and one more to know whether there is a next one. */
export function pageStatement(fleetId: string, search: TokenSearch, now: Date, { limit, cursor }: { limit: number; cursor?: string | undefined }): Statement {
  const { text, values } = base(fleetId, search, now);
  const { column, down } = sortOf(search);
  const conditions = [text, "$2::timestamptz is not null"];
  if (search.view) conditions.push(VIEWS[search.view]);
  if (cursor !== undefined) {
    const [at, id] = decodeCursor(cursor, identity(search), [z.number().int(), z.string().max(64)]);
    const places = [values.push(new Date(at)), values.push(id)];
    conditions.push(`(${column}, t.id) ${down ? "<" : ">"} ($${places[0]}::timestamptz, $${places[1]}::text)`);
  }
  values.push(limit + 1);
  const way = down ? "desc" : "asc";
  const uses = search.view === "partly" ? "left join lateral (select count(*) as used from scope_use x where x.token_id = t.id) u on true" : "";
  return {
    text: `select t.id, ${millis(column)}::float8 as key from access_token t ${uses} where ${conditions.join(" and ")}
           order by ${column} ${way}, t.id ${way} limit $${values.length}::int`,
    values,
  };
}

export function tokenCursor(search: TokenSearch, last: { id: string; key: number }): string {
  return encodeCursor(identity(search), [last.key, last.id]);
}

/** What must be the same for a cursor to mean a place in the list. */
function identity({ view, kind, deviceId, q, tabs }: TokenSearch): object {
  return { view, kind, deviceId, q: q || undefined, tabs };
}
