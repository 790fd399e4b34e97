import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { compliancePackSchema } from "@/lib/domain/compliance/pack";
import { api } from "../api";

const answerSchema = z.object({ pack: compliancePackSchema });

/** Judged anew each minute. */
export const complianceQuery = (fleet: string) =>
  queryOptions({
    queryKey: [fleet, "compliance"],
    queryFn: async ({ signal }) => (await api(answerSchema, "/compliance", { fleet, signal })).pack,
    refetchInterval: 60_000,
  });
