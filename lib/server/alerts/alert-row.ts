import type { AlertView } from "@/lib/domain/alerts/alert-view";
import { SEVERITIES } from "@/lib/domain/alerts/alert-view";
import type { Context } from "@/lib/server/context";
import { readsPayloads } from "@/lib/server/telemetry/reads-payloads";
import type { AlertGetPayload } from "@/prisma/generated/models";

/** What an AlertView is made of, for Prisma's `select`. */
export const ALERT_SELECT = {
  id: true,
  rule: { select: { id: true, name: true, kind: true, severity: true } },
  device: { select: { id: true, name: true, site: { select: { name: true } } } },
  state: true,
  pendingAt: true,
  firedAt: true,
  resolvedAt: true,
  acknowledgedAt: true,
  acknowledgedBy: true,
  comment: true,
  value: true,
  detail: true,
  version: true,
} as const;

type AlertWithNames = AlertGetPayload<{ select: typeof ALERT_SELECT }>;

export function alertView(row: AlertWithNames): AlertView {
  return {
    ...row,
    rule: { ...row.rule, severity: severity(row.rule.severity) },
    device: { id: row.device.id, name: row.device.name, site: row.device.site?.name ?? null },
    pendingAt: row.pendingAt.toISOString(),
    firedAt: row.firedAt?.toISOString() ?? null,
    resolvedAt: row.resolvedAt?.toISOString() ?? null,
    acknowledgedAt: row.acknowledgedAt?.toISOString() ?? null,
  };
}

/** As this reader may see it: a role that does not see values learns that there is an alert, and not of what was measured. */
export function alertFor(ctx: Pick<Context, "actor" | "fleetId">, row: AlertWithNames): AlertView {
  const view = alertView(row);
  if (view.rule.kind !== "threshold" || readsPayloads(ctx)) return view;
  return { ...view, value: null, detail: "What was measured is not shown to your role." };
}

export function severity(text: string): (typeof SEVERITIES)[number] {
  return SEVERITIES.find((word) => word === text) ?? "warning";
}
