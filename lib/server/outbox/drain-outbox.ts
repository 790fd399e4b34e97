import type { StepContext } from "../step";
import type { OutboxKind } from "../verb";
import { claimOutbox, finishOutbox, type OutboxRow, postponeOutbox } from "./claim-outbox";

/** Carries out rows of one kind; all of them, or it throws. Runs at least once per row: must be repeatable. */
export type OutboxHandler = (rows: readonly OutboxRow[]) => Promise<void>;
export type OutboxHandlers = Partial<Record<OutboxKind, OutboxHandler>>;

/** Handles what is due of the kinds given, kind by kind. Answers how many rows were claimed; 0 means nothing waits. */
export async function drainOutbox(ctx: StepContext, handlers: OutboxHandlers, limit = 100): Promise<number> {
  const kinds = Object.keys(handlers) as OutboxKind[];
  const rows = await claimOutbox(ctx, kinds, limit);
  for (const kind of kinds) {
    const ofKind = rows.filter((row) => row.kind === kind);
    const handler = handlers[kind];
    if (handler && ofKind.length > 0) await handleRows(ctx, handler, ofKind);
  }
  return rows.length;
}

/** Together first (publishing coalesces); when that fails one by one, so that a bad row holds up nobody else. */
async function handleRows(ctx: StepContext, handler: OutboxHandler, rows: readonly OutboxRow[]): Promise<void> {
  try {
    await handler(rows);
    await finishOutbox(
      ctx,
      rows.map(({ id }) => id),
    );
  } catch (error) {
    if (rows.length > 1) {
      for (const row of rows) await handleRows(ctx, handler, [row]);
      return;
    }
    const [row] = rows;
    if (!row) return;
    ctx.log.warn({ outboxId: row.id, kind: row.kind, attempts: row.attempts, err: error }, "outbox row failed, trying again later");
    await postponeOutbox(ctx, row, error);
  }
}
