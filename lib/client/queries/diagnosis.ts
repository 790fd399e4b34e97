import { queryOptions } from "@tanstack/react-query";
import { diagnosisSchema } from "@/lib/domain/diagnosis/diagnosis-view";
import { tamperVerdictSchema } from "@/lib/domain/diagnosis/tamper-view";
import { api } from "../api";
import { pageOf } from "../page";

export const diagnosisQuery = (fleet: string, deviceId: string) =>
  queryOptions({
    queryKey: [fleet, "devices", "diagnosis", deviceId],
    queryFn: ({ signal }) => api(diagnosisSchema, `/devices/${encodeURIComponent(deviceId)}/diagnosis`, { fleet, signal }),
    refetchInterval: 30_000,
  });

export const tamperVerdictsQuery = (fleet: string) =>
  queryOptions({
    queryKey: [fleet, "tamper-verdicts"],
    queryFn: ({ signal }) => api(pageOf(tamperVerdictSchema), "/tamper-verdicts", { fleet, signal }),
    refetchInterval: 30_000,
  });
