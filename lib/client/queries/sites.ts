import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { profileSchema } from "@/lib/domain/devices/site-view";
import { siteMapSchema } from "@/lib/domain/fleets/site-map-view";
import { api } from "../api";
import { pageOf } from "../page";

const namedSchema = z.object({ id: z.string(), name: z.string() });

export const sitesQuery = (fleet: string) =>
  queryOptions({
    queryKey: [fleet, "sites"],
    queryFn: ({ signal }) => api(pageOf(namedSchema), "/sites", { fleet, signal }),
    staleTime: 60_000,
  });

export const profilesQuery = (fleet: string) =>
  queryOptions({
    queryKey: [fleet, "profiles"],
    queryFn: ({ signal }) => api(pageOf(profileSchema), "/profiles", { fleet, signal }),
    staleTime: 60_000,
  });

export const siteMapQuery = (fleet: string) =>
  queryOptions({
    queryKey: [fleet, "site-map"],
    queryFn: ({ signal }) => api(siteMapSchema, "/sites/map", { fleet, signal }),
    refetchInterval: 10_000,
  });
