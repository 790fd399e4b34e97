"use client";

import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import { appendReadings, type SeriesColumns } from "@/components/charts/series-columns";
import { EmptyState } from "@/components/ui/empty-state";
import { Loaded } from "@/components/ui/loaded";
import { LoadingRows } from "@/components/ui/loading-rows";
import { Note } from "@/components/ui/note";
import { useLink, useTelemetry } from "@/lib/client/live/use-live";
import { readSealedHistory } from "@/lib/client/sealed/read-history";
import type { SealedSession } from "@/lib/domain/sealed/session";
import type { Reading } from "@/lib/protocol/telemetry";
import { MetricView } from "./metric-chart";
import { RANGE_MS, type Range } from "./range";
import { useEdge } from "./use-metric-series";

const EMPTY: SeriesColumns = { time: [], min: [], mean: [], max: [] };
/** Pauses up to this are drawn through; the picture learns the usual pause by itself. */
const GAP_MS = 60_000;

/** History and live values of a sealed device, decrypted in this tab. */
export function SealedMetrics({ session, deviceId, range }: { session: SealedSession; deviceId: string; range: Range }) {
  const history = useQuery({
    queryKey: [session.fleet, "sealed", "history", deviceId, range, session.chain.n],
    queryFn: () => readSealedHistory(session, deviceId, new Date(Date.now() - RANGE_MS[range])),
    staleTime: 60_000,
  });
  return (
    <Loaded query={history} what="sealed messages" loading={<LoadingRows rows={2} height={220} />}>
      {({ readings, fetched, total, unopened }) => (
        <>
          {fetched < total ? (
            <Note tone="sleep" mark="info">
              The newest {fetched.toLocaleString("en")} of {total.toLocaleString("en")} messages of this range are shown: each is decrypted here.
            </Note>
          ) : null}
          {unopened > 0 ? (
            <Note tone="warn" mark="tamper">
              {unopened.toLocaleString("en")} of {fetched.toLocaleString("en")} messages did not open: changed, or sealed with a key that you were not given.
            </Note>
          ) : null}
          <Charts fleetId={session.fleet} deviceId={deviceId} range={range} readings={readings} />
        </>
      )}
    </Loaded>
  );
}

interface ChartsProps {
  fleetId: string;
  deviceId: string;
  range: Range;
  readings: readonly Reading[];
}

function Charts({ fleetId, deviceId, range, readings }: ChartsProps) {
  const [live, setLive] = useState<readonly Reading[]>([]);
  useTelemetry(
    fleetId,
    deviceId,
    true,
    useCallback((fresh: readonly Reading[]) => setLive((known) => [...known, ...fresh]), []),
  );
  const { paused } = useLink();
  const to = useEdge(paused, 0);
  const from = to - RANGE_MS[range];
  const byMetric = useMemo(() => grouped([...readings, ...live]), [readings, live]);
  if (byMetric.size === 0) return <EmptyState title="Nothing in this range">Its next message appears here within a second of its arrival.</EmptyState>;
  return [...byMetric]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([metric, own]) => <Chart key={metric} metric={metric} readings={own} range={range} from={from} to={to} />);
}

function grouped(readings: readonly Reading[]): Map<string, Reading[]> {
  const groups = new Map<string, Reading[]>();
  for (const reading of readings) {
    const group = groups.get(reading.metric);
    if (group) group.push(reading);
    else groups.set(reading.metric, [reading]);
  }
  return groups;
}

function Chart({ metric, readings, range, from, to }: { metric: string; readings: readonly Reading[]; range: Range; from: number; to: number }) {
  const columns = useMemo(() => appendReadings(EMPTY, readings, from), [readings, from]);
  const unit = readings.findLast((reading) => reading.unit !== undefined)?.unit ?? null;
  return (
    <MetricView series={{ columns, gapMs: GAP_MS, bucketMs: 0, unit, from, to, isLoading: false, error: null }} metric={metric} unit={unit} range={range} />
  );
}
