import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { alertRuleSchema, alertSchema } from "@/lib/domain/alerts/alert-view";
import { api } from "../api";
import { pageOf } from "../page";

interface AlertSearch {
  state?: string;
  deviceId?: string;
  limit?: number;
}

export const alertsQuery = (fleet: string, search: AlertSearch = {}) =>
  queryOptions({
    queryKey: [fleet, "alerts", "list", search],
    queryFn: ({ signal }) => api(pageOf(alertSchema), "/alerts", { fleet, query: { ...search }, signal }),
    placeholderData: keepPreviousData,
  });

export const alertRulesQuery = (fleet: string) =>
  queryOptions({
    queryKey: [fleet, "alert-rules"],
    queryFn: ({ signal }) => api(pageOf(alertRuleSchema), "/alert-rules", { fleet, signal }),
  });
