import { TOKEN_LIST_VIEWS, type TokenList, type TokenListView, tokenListInputSchema } from "@/lib/domain/tokens/token-list";
import type { TokenView } from "@/lib/domain/tokens/token-view";
import { authorize, type Context } from "../context";
import { readVerb } from "../verb";
import { countsStatement, pageStatement, readTokenSearch, type TokenSearch, tokenCursor } from "./token-search";
import { tokenViews } from "./token-views";

/** Tokens of this fleet that match, a page at a time, with exact counts of every view. */
export const listTokens = readVerb({
  permission: "tokens:read",
  input: tokenListInputSchema,
  async run(ctx, { limit, cursor, ...filter }): Promise<TokenList> {
    const search = searchFor(ctx, filter);
    const now = ctx.clock.now();
    const counting = countsStatement(ctx.fleetId, search, now);
    const [page, counted] = await Promise.all([
      tokenPage(ctx, search, now, { limit, cursor }),
      ctx.database.pool.query<Record<TokenListView | "total", number>>(counting.text, counting.values),
    ]);
    const counts = counted.rows[0];
    const views = Object.fromEntries(TOKEN_LIST_VIEWS.map((view) => [view, counts?.[view] ?? 0])) as TokenList["views"];
    return { ...page, total: counts?.[search.view ?? "total"] ?? 0, views };
  },
});

/** Who may not see values must not find them out by asking for tokens of devices above and below them. */
export function searchFor(ctx: Context, filter: Parameters<typeof readTokenSearch>[0]): TokenSearch {
  const search = readTokenSearch(filter);
  if (search.asksForMetrics) authorize(ctx, "telemetry:read");
  return search;
}

/** One page of what matches, as it is shown. */
export async function tokenPage(
  ctx: Context,
  search: TokenSearch,
  now: Date,
  place: { limit: number; cursor?: string | undefined },
): Promise<{ items: TokenView[]; nextCursor: string | null }> {
  const statement = pageStatement(ctx.fleetId, search, now, place);
  const found = await ctx.database.pool.query<{ id: string; key: number }>(statement.text, statement.values);
  const shown = found.rows.slice(0, place.limit);
  const rows = await ctx.database.prisma.accessToken.findMany({ where: { fleetId: ctx.fleetId, id: { in: shown.map(({ id }) => id) } } });
  const byId = new Map(rows.map((row) => [row.id, row]));
  const ordered = shown.flatMap(({ id }) => byId.get(id) ?? []);
  const last = shown.at(-1);
  return { items: await tokenViews(ctx, ordered, now), nextCursor: found.rows.length > place.limit && last ? tokenCursor(search, last) : null };
}
