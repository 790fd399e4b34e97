"use client";

import { Button, SegmentedControl } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useQueryState } from "nuqs";
import { type ReactNode, useCallback, useState } from "react";
import { EmptyState } from "@/components/ui/empty-state";
import { Loaded } from "@/components/ui/loaded";
import { LoadingRows } from "@/components/ui/loading-rows";
import { NoPermission } from "@/components/ui/no-permission";
import { Note } from "@/components/ui/note";
import { Panel } from "@/components/ui/panel";
import { zoneName } from "@/components/ui/time/format-time";
import { useNowAs } from "@/components/ui/time/now";
import { useZone } from "@/components/ui/time/zone";
import { useTelemetry } from "@/lib/client/live/use-live";
import { sealedQuery } from "@/lib/client/queries/sealed";
import { metricsQuery } from "@/lib/client/queries/telemetry";
import { useSealed } from "@/lib/client/sealed/use-sealed";
import { useSession } from "@/lib/client/session";
import type { LatestMeasurementView } from "@/lib/domain/devices/device-view";
import { rolesWith } from "@/lib/domain/members/permissions";
import type { SealedView } from "@/lib/domain/sealed/sealed-view";
import type { Reading } from "@/lib/protocol/telemetry";
import { MetricChart } from "./metric-chart";
import { RANGE_WORDS, RANGES, type Range, rangeParser } from "./range";
import { RevealPanel } from "./reveal-panel";
import { SealedMetrics } from "./sealed-metrics";
import classes from "./telemetry-panel.module.css";

/** What the device measures, as it comes in. `unlock`: what a reader needs who has not unlocked the keys of a sealed fleet. */
export function TelemetryPanel({ deviceId, unlock }: { deviceId: string; unlock: ReactNode }) {
  const { fleet, can } = useSession();
  const [range, setRange] = useQueryState("range", rangeParser);
  const zone = useZone();
  const name = useNowAs((now) => (now === 0 ? "" : zoneName(now, zone)));
  const mayRead = can("telemetry:read");
  const sealed = useQuery(sealedQuery(fleet.id));
  return (
    <Panel
      title="Telemetry"
      flush
      end={
        mayRead ? (
          <>
            <span>{name}</span>
            <SegmentedControl
              aria-label="Range"
              value={range}
              onChange={(value) => void setRange(value as Range)}
              data={RANGES.map((value) => ({ value, label: RANGE_WORDS[value] }))}
            />
          </>
        ) : null
      }
    >
      {mayRead ? (
        sealed.isPending ? (
          <LoadingRows rows={2} height={220} />
        ) : sealed.data?.sealed ? (
          <Sealed view={sealed.data} deviceId={deviceId} range={range} unlock={unlock} />
        ) : (
          <Metrics deviceId={deviceId} range={range} />
        )
      ) : sealed.data?.sealed ? (
        <EmptyState title="Sealed">
          Only operators who are admitted to this fleet can read what its devices measure. The server cannot: there is nothing to reveal.
        </EmptyState>
      ) : can("telemetry:reveal") ? (
        <RevealPanel deviceId={deviceId} />
      ) : (
        <NoPermission what="measured values" role={fleet.role} needs={rolesWith("telemetry:read")} />
      )}
    </Panel>
  );
}

interface SealedProps {
  view: SealedView;
  deviceId: string;
  range: Range;
  unlock: ReactNode;
}

/** Decrypted in this tab; and what the server could read from before, apart from it. */
function Sealed({ view, deviceId, range, unlock }: SealedProps) {
  const { fleet } = useSession();
  const { session, error } = useSealed(view);
  const before = useQuery(metricsQuery(fleet.id, deviceId));
  const [open, setOpen] = useState(false);
  return (
    <>
      {error ? (
        <Note tone="bad" mark="tamper" role="alert">
          {error.message}
        </Note>
      ) : null}
      {session ? <SealedMetrics session={session} deviceId={deviceId} range={range} /> : unlock}
      {(before.data ?? []).length > 0 ? (
        <details className={classes.before} open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>What the server can read: messages sent with a key of the server</summary>
          {open ? <Metrics deviceId={deviceId} range={range} /> : null}
        </details>
      ) : null}
    </>
  );
}

const FIRST = 6;

function Metrics({ deviceId, range }: { deviceId: string; range: Range }) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const metrics = useQuery(metricsQuery(fleet.id, deviceId));
  const known = metrics.data;
  const onReadings = useCallback(
    (readings: readonly Reading[]) => {
      const isNew = known !== undefined && readings.some(({ metric }) => !known.some((one) => one.metric === metric));
      if (isNew) void client.invalidateQueries({ queryKey: metricsQuery(fleet.id, deviceId).queryKey });
    },
    [known, client, fleet.id, deviceId],
  );
  useTelemetry(fleet.id, deviceId, true, onReadings);
  return (
    <Loaded query={metrics} what="measured values" loading={<LoadingRows rows={2} height={220} />}>
      {(data) =>
        data.length > 0 ? (
          <Charts key={deviceId} metrics={data} deviceId={deviceId} range={range} />
        ) : (
          <EmptyState title="Nothing measured yet">Its first message appears here within a second of its arrival.</EmptyState>
        )
      }
    </Loaded>
  );
}

function Charts({ metrics, deviceId, range }: { metrics: readonly LatestMeasurementView[]; deviceId: string; range: Range }) {
  const { fleet } = useSession();
  const [all, setAll] = useState(false);
  const shown = all || metrics.length <= FIRST + 2 ? metrics : metrics.slice(0, FIRST);
  return (
    <>
      {shown.map(({ metric, unit }) => (
        <MetricChart key={metric} fleetId={fleet.id} deviceId={deviceId} metric={metric} unit={unit} range={range} />
      ))}
      {metrics.length > shown.length ? (
        <div style={{ padding: "0 var(--s5) var(--s5)" }}>
          <Button size="xs" onClick={() => setAll(true)}>
            Show the other {metrics.length - shown.length} metrics
          </Button>
        </div>
      ) : null}
    </>
  );
}
