import { z } from "zod";
import { toCsv } from "@/lib/base/csv";
import { SallyportError } from "@/lib/base/errors";
import { tokenFilterSchema } from "@/lib/domain/tokens/token-list";
import type { TokenView } from "@/lib/domain/tokens/token-view";
import { readVerb } from "../verb";
import { searchFor, tokenPage } from "./list-tokens";

/** A file of more is nobody's reading: a query makes it smaller. */
const MOST_ROWS = 50_000;
const ROWS_AT_ONCE = 500;

const COLUMNS = {
  id: (row: TokenView) => row.id,
  holder_kind: (row: TokenView) => row.subjectKind,
  holder: (row: TokenView) => row.subject,
  holder_name: (row: TokenView) => row.subjectName,
  label: (row: TokenView) => row.label,
  state: (row: TokenView) => row.state,
  scopes: (row: TokenView) => row.scopes.map(({ permission, action, topic }) => `${permission} ${action} ${topic}`).join("; "),
  scopes_used: (row: TokenView) => row.scopesUsed,
  scopes_allowing: (row: TokenView) => row.scopesAllowing,
  issued_at: (row: TokenView) => row.issuedAt,
  expires_at: (row: TokenView) => row.expiresAt,
  last_used_at: (row: TokenView) => row.lastUsedAt,
  connected: (row: TokenView) => row.connected,
  revoked_at: (row: TokenView) => row.revokedAt,
  revoked_reason: (row: TokenView) => row.revokedReason,
  granted_by: (row: TokenView) => row.grantedBy,
  batch: (row: TokenView) => row.batchId,
  replaces: (row: TokenView) => row.replacesId,
} as const;

/** Everything that `listTokens` would list, in its order, as text. Throws `too_large` beyond 50,000 rows. No token itself is in it: nobody has them. */
export const exportTokens = readVerb({
  permission: "tokens:read",
  input: tokenFilterSchema.extend({ format: z.enum(["csv", "jsonl"]).default("csv") }),
  async run(ctx, { format, ...filter }) {
    const search = searchFor(ctx, filter);
    const now = ctx.clock.now();
    const rows: TokenView[] = [];
    let cursor: string | undefined;
    do {
      const page = await tokenPage(ctx, search, now, { limit: ROWS_AT_ONCE, cursor });
      rows.push(...page.items);
      if (rows.length > MOST_ROWS) throw tooMany();
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    const text = format === "csv" ? toCsv(rows, COLUMNS) : rows.map((row) => `${JSON.stringify(row)}\n`).join("");
    return { format, rows: rows.length, text };
  },
});

function tooMany(): SallyportError {
  return new SallyportError("too_large", `More tokens match than one file holds (${MOST_ROWS.toLocaleString("en")}).`, {
    hint: "Narrow it with a view, a kind of holder or a query, for example issued>30d.",
  });
}
