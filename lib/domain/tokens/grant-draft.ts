import { BRANCHES } from "./branches";
import type { GrantRequestInput, Permissions, Right } from "./grant-request";

/** What one row of the scope builder says. `never` takes away, whatever another row allows. */
export const DOES = ["read", "write", "never read", "never write"] as const;
export type Does = (typeof DOES)[number];

export interface DraftRow {
  id: number;
  does: Does;
  /** A branch of the tree for the devices of a query, or a topic filter as it is. */
  kind: "branch" | "topic";
  /** Name of the branch; of a topic row the filter, below the fleet. */
  on: string;
  /** Empty: every device, later ones too. */
  query: string;
  /** Limits of a topic row; `any` says nothing of it. */
  qos: "any" | "0" | "1";
  retain: "any" | "only" | "never";
}

export const READS: readonly Does[] = ["read", "never read"];

/** Rows without a branch or topic say nothing yet and are left out. */
export function permissionsOfRows(rows: readonly DraftRow[], meta: Permissions["meta"]): Permissions {
  const devices: Record<string, { read: string[]; write: string[]; deny: boolean }[]> = {};
  const topics: Record<string, Right[]> = {};
  for (const row of rows) {
    const on = row.on.trim();
    if (on === "") continue;
    const [read, deny] = [READS.includes(row.does), row.does.startsWith("never")];
    const ofFleet = row.kind === "branch" && BRANCHES.some(({ name, of }) => name === on && of === "fleet");
    if (row.kind === "topic" || ofFleet) {
      const topic = ofFleet ? on.replace(/\{\w+\}/, "+") : on;
      topics[topic] = [...(topics[topic] ?? []), { read, write: !read, deny, ...limitsOf(row) }];
      continue;
    }
    const query = row.query.trim();
    devices[query] = [...(devices[query] ?? []), { read: read ? [on] : [], write: read ? [] : [on], deny }];
  }
  return { patterns: { topics, devices }, ...(meta && Object.keys(meta).length > 0 ? { meta } : {}) };
}

function limitsOf({ kind, qos, retain }: DraftRow) {
  if (kind === "branch") return {};
  return { ...(qos === "any" ? {} : { qos: [Number(qos) as 0 | 1] }), ...(retain === "any" ? {} : { retain: retain === "only" }) };
}

/** `order=7`, one a line: numbers, true, false and null as such, everything else as text. */
export function metaOfText(text: string): NonNullable<Permissions["meta"]> {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf("=");
      return at < 0 ? [line.trim(), ""] : [line.slice(0, at).trim(), scalarOf(line.slice(at + 1).trim())];
    }),
  );
}

function scalarOf(text: string): string | number | boolean | null {
  if (/^-?\d{1,15}(\.\d+)?$/.test(text)) return Number(text);
  return text === "true" ? true : text === "false" ? false : text === "null" ? null : text;
}

/** A command that makes the same grant through the API. */
export function curlOf(origin: string, fleet: string, request: GrantRequestInput): string {
  const body = JSON.stringify(request).replaceAll("'", "'\\''");
  return `curl -sS '${origin}/api/v1/grants?fleet=${fleet}' \\\n  -H "authorization: Bearer $SALLYPORT_API_KEY" -H 'content-type: application/json' \\\n  -d '${body}'`;
}
