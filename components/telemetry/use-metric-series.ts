"use client";

import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { appendReadings, type SeriesColumns } from "@/components/charts/series-columns";
import { coalesce } from "@/lib/client/live/coalesce";
import { useLink, useTelemetry } from "@/lib/client/live/use-live";
import { seriesQuery } from "@/lib/client/queries/telemetry";
import type { Series } from "@/lib/domain/telemetry/series-view";
import type { Reading } from "@/lib/protocol/telemetry";
import { RANGE_MS, type Range } from "./range";

const POINTS = 720;
const STEP_MS = 1_000;
const DRAW_EVERY_MS = 500;

interface Request {
  fleetId: string;
  deviceId: string;
  metric: string;
  range: Range;
}

export interface MetricSeries {
  columns: SeriesColumns;
  gapMs: number;
  bucketMs: number;
  unit: string | null;
  from: number;
  to: number;
  isLoading: boolean;
  error: Error | null;
}

const EMPTY: SeriesColumns = { time: [], min: [], mean: [], max: [] };

/** One metric's points: history from the server, continued by the live link; the window moves on with the clock unless paused. */
export function useMetricSeries({ fleetId, deviceId, metric, range }: Request): MetricSeries {
  const query = useQuery({
    ...seriesQuery(fleetId, { deviceId, metric, from: `now-${range}`, points: POINTS }),
    // Buckets are the server's: what it has summed up replaces the single readings that came since.
    refetchInterval: ({ state }) => ((state.data?.bucketMs ?? 0) > 0 ? Math.max(5_000, (state.data?.bucketMs ?? 0) / 2) : false),
  });
  const { paused } = useLink();
  const to = useEdge(paused, query.dataUpdatedAt);
  const from = to - RANGE_MS[range];
  const [live, setLive] = useState<readonly Reading[]>([]);
  const seed = useSeed(query.data, metric);
  useEffect(() => {
    // Readings that the new answer already holds are let go; the rest stays on top of it.
    const last = seed?.time.at(-1) ?? 0;
    setLive((known) => known.filter(({ time }) => time > last));
  }, [seed]);
  const drawing = useMemo(() => coalesce<Reading>(DRAW_EVERY_MS, (more) => setLive((known) => [...known, ...more])), []);
  useEffect(() => drawing.stop, [drawing]);
  const onReadings = useCallback(
    (readings: readonly Reading[]) => {
      const mine = readings.filter((reading) => reading.metric === metric);
      if (mine.length > 0) drawing.push(mine);
    },
    [metric, drawing],
  );
  useTelemetry(fleetId, deviceId, true, onReadings);
  const columns = useMemo(() => appendReadings(seed ?? EMPTY, live, from), [seed, live, from]);
  return {
    columns,
    gapMs: seed?.gapMs ?? Number.POSITIVE_INFINITY,
    bucketMs: seed?.bucketMs ?? 0,
    unit: seed?.unit ?? null,
    from,
    to,
    isLoading: query.isPending,
    error: query.error,
  };
}

/** The answer, unless it is still the one of another metric (kept on screen while this one loads). */
function useSeed(data: Series | undefined, metric: string): Series | undefined {
  const seed = useRef<Series>(undefined);
  if (data?.metric === metric) seed.current = data;
  return seed.current?.metric === metric ? seed.current : undefined;
}

/** The right edge of the picture: now, a step a second; where it was while paused. */
export function useEdge(paused: boolean, fetchedAt: number): number {
  const [edge, setEdge] = useState(() => Date.now());
  useEffect(() => {
    if (paused) return;
    setEdge(Date.now());
    const timer = setInterval(() => {
      if (!document.hidden) setEdge(Date.now());
    }, STEP_MS);
    return () => clearInterval(timer);
  }, [paused]);
  return Math.max(edge, paused ? 0 : fetchedAt);
}
