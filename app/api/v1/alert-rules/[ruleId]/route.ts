import { z } from "zod";
import { alertRuleSchema } from "@/lib/domain/alerts/alert-view";
import { changeAlertRule, removeAlertRule } from "@/lib/server/alerts";
import { route } from "@/lib/web/route";

export const PATCH = route({ summary: "Change an alert rule", verb: changeAlertRule, output: alertRuleSchema });

export const DELETE = route({
  summary: "Remove an alert rule and the history of its alerts",
  verb: removeAlertRule,
  output: z.object({ ruleId: z.string(), alertsRemoved: z.number().int() }),
});
