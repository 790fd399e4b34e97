import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { diagnosisSchema } from "@/lib/domain/diagnosis/diagnosis-view";
import { isPingOpen, pingSchema } from "@/lib/domain/diagnosis/ping-view";
import { tamperVerdictSchema } from "@/lib/domain/diagnosis/tamper-view";
import { api } from "../api";
import { pageOf } from "../page";

export const diagnosisQuery = (fleet: string, deviceId: string) =>
  queryOptions({
    queryKey: [fleet, "devices", "diagnosis", deviceId],
    queryFn: ({ signal }) => api(diagnosisSchema, `/devices/${encodeURIComponent(deviceId)}/diagnosis`, { fleet, signal }),
    refetchInterval: 30_000,
  });

/** Asked often while an answer may come. */
export const pingQuery = (fleet: string, deviceId: string) =>
  queryOptions({
    queryKey: [fleet, "devices", "ping", deviceId],
    queryFn: ({ signal }) => api(z.object({ ping: pingSchema.nullable() }), `/devices/${encodeURIComponent(deviceId)}/ping`, { fleet, signal }),
    refetchInterval: ({ state: { data } }) => (data?.ping && isPingOpen(data.ping, Date.now()) ? 1_000 : false),
  });

export const tamperVerdictsQuery = (fleet: string) =>
  queryOptions({
    queryKey: [fleet, "tamper-verdicts"],
    queryFn: ({ signal }) => api(pageOf(tamperVerdictSchema), "/tamper-verdicts", { fleet, signal }),
    refetchInterval: 30_000,
  });
