/** What changed, as `key: before → after`. Whole objects are compared by their top keys; long values are cut. */
export interface AuditChange {
  key: string;
  before: string | undefined;
  after: string | undefined;
}

export function auditChanges(before: unknown, after: unknown): AuditChange[] {
  const [old, now] = [asRecord(before), asRecord(after)];
  const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  return keys.map((key) => ({ key, before: text(old[key]), after: text(now[key]) })).filter((change) => change.before !== change.after);
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  const whole = typeof value === "string" ? value : JSON.stringify(value);
  return whole.length > 120 ? `${whole.slice(0, 117)}…` : whole;
}

/** `device.added` → `Device added`, `alert_rule.changed` → `Alert rule changed`. */
export function actionWords(action: string): string {
  const words = action.replaceAll(/[._]/g, " ");
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}
