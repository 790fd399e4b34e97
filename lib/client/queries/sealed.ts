import { queryOptions } from "@tanstack/react-query";
import { sealedViewSchema } from "@/lib/domain/sealed/sealed-view";
import { api } from "../api";

/** Custody of the fleet. What is signed in it counts only after it was verified. */
export const sealedQuery = (fleet: string) =>
  queryOptions({
    queryKey: [fleet, "sealed", "view"],
    queryFn: ({ signal }) => api(sealedViewSchema, "/sealed", { fleet, signal }),
    staleTime: 10_000,
  });
