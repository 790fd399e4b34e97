import { z } from "zod";
import type { AlertRuleInput } from "@/lib/domain/alerts/alert-view";
import { api } from "../api";

export function acknowledgeAlert(fleet: string, alertId: string, comment: string): Promise<unknown> {
  const body = comment.trim() === "" ? {} : { comment: comment.trim() };
  return api(z.unknown(), `/alerts/${encodeURIComponent(alertId)}/acknowledge`, { method: "POST", fleet, body });
}

/** Makes a rule, or changes the one whose id is given. */
export function saveAlertRule(fleet: string, ruleId: string | undefined, input: AlertRuleInput): Promise<unknown> {
  return ruleId === undefined
    ? api(z.unknown(), "/alert-rules", { method: "POST", fleet, body: input })
    : api(z.unknown(), `/alert-rules/${encodeURIComponent(ruleId)}`, { method: "PATCH", fleet, body: input });
}

export function removeAlertRule(fleet: string, ruleId: string): Promise<unknown> {
  return api(z.unknown(), `/alert-rules/${encodeURIComponent(ruleId)}`, { method: "DELETE", fleet });
}

export function changeRuleEnabled(fleet: string, ruleId: string, enabled: boolean): Promise<unknown> {
  return api(z.unknown(), `/alert-rules/${encodeURIComponent(ruleId)}`, { method: "PATCH", fleet, body: { enabled } });
}
