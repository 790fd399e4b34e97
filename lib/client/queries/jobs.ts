import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { JobAction } from "@/lib/domain/jobs/job-action";
import { type JobDeviceFilter, type JobTarget, jobDetailSchema, jobDeviceSchema, jobPreviewSchema, jobSchema } from "@/lib/domain/jobs/job-view";
import { api } from "../api";
import { pageOf } from "../page";

/** A job that runs moves within a second; one that is over stays as it is. */
const WHILE_RUNNING_MS = 1_000;
const EVERY_MS = 10_000;

export const jobsQuery = (fleet: string) =>
  infiniteQueryOptions({
    queryKey: [fleet, "jobs", "list"],
    queryFn: ({ pageParam, signal }) => api(pageOf(jobSchema), "/jobs", { fleet, query: { limit: 20, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: ({ state }) => (state.data?.pages[0]?.items.some((job) => job.state === "running") ? 2 * WHILE_RUNNING_MS : EVERY_MS),
  });

export const jobQuery = (fleet: string, jobId: string) =>
  queryOptions({
    queryKey: [fleet, "jobs", "one", jobId],
    queryFn: ({ signal }) => api(jobDetailSchema, `/jobs/${encodeURIComponent(jobId)}`, { fleet, signal }),
    refetchInterval: ({ state }) => (state.data?.state === "running" ? WHILE_RUNNING_MS : EVERY_MS),
  });

/** `running`: the job moves, so its devices do. */
export const jobDevicesQuery = (fleet: string, jobId: string, { outcome, running }: { outcome: JobDeviceFilter | "all"; running: boolean }) =>
  infiniteQueryOptions({
    queryKey: [fleet, "jobs", "one", jobId, "devices", outcome],
    queryFn: ({ pageParam, signal }) =>
      api(pageOf(jobDeviceSchema), `/jobs/${encodeURIComponent(jobId)}/devices`, {
        fleet,
        query: { limit: 50, cursor: pageParam, outcome: outcome === "all" ? undefined : outcome },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: running ? 2 * WHILE_RUNNING_MS : EVERY_MS,
  });

/** Counted by the server; nothing is asked while the action is not whole. */
export const jobPreviewQuery = (fleet: string, action: JobAction | undefined, target: JobTarget) =>
  queryOptions({
    queryKey: [fleet, "jobs", "preview", action, target],
    queryFn: ({ signal }) => api(jobPreviewSchema, "/jobs/preview", { method: "POST", fleet, body: { action, target }, signal }),
    enabled: action !== undefined,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
