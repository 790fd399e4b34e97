import { alertRuleSchema } from "@/lib/domain/alerts/alert-view";
import { addAlertRule, listAlertRules } from "@/lib/server/alerts";
import { pageOf } from "@/lib/web/page-of";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "Alert rules, by name", verb: listAlertRules, output: pageOf(alertRuleSchema) });

export const POST = route({ summary: "Add an alert rule", verb: addAlertRule, output: alertRuleSchema, status: 201 });
