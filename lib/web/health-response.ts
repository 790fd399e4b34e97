import { migrationState } from "@/lib/server/database/migration-state";
import { checkHealth } from "@/lib/server/fleets/check-health";
import { webRuntime } from "./runtime";

/** Each part with its state and the reason; 200 when all are well, 503 otherwise. Open: it holds nothing of any fleet. */
export async function healthResponse(): Promise<Response> {
  const { database, clock } = webRuntime();
  const [parts, migrations] = await Promise.all([
    checkHealth({ database, clock }),
    migrationState(database.pool).catch(() => ({ ok: false, detail: "cannot be told while the database is away" })),
  ]);
  const all = [...parts, { part: "migrations", ...migrations }];
  const ok = all.every((part) => part.ok);
  return Response.json({ ok, parts: all }, { status: ok ? 200 : 503, headers: { "cache-control": "no-store" } });
}
