import { expect, test } from "vitest";
import { alertRuleInputSchema } from "@/lib/domain/alerts/alert-view";
import { emptyRule, inputOfForm, type RuleForm, ruleFormSchema } from "./rule-form";

const form = (more: Partial<RuleForm>): RuleForm => ({ ...emptyRule, name: "Too hot", metric: "temperature", threshold: 30, ...more });
const problems = (value: RuleForm) => ruleFormSchema.safeParse(value).error?.issues.map(({ path }) => path.join("."));

test("a threshold rule needs a metric and a number, an offline rule neither", () => {
  expect(problems(form({}))).toBeUndefined();
  expect(problems(form({ metric: "", threshold: "" }))).toEqual(["metric", "threshold"]);
  expect(problems(form({ kind: "offline", metric: "", threshold: "" }))).toBeUndefined();
});

test.each([[form({})], [form({ kind: "offline", siteId: "site_1" })]])("what the form makes is what the server takes", (value) => {
  expect(alertRuleInputSchema.safeParse(inputOfForm(value)).error).toBeUndefined();
  expect(inputOfForm(value).siteId).toBe(value.siteId || null);
});
