"use client";

import { Button } from "@mantine/core";
import Link from "next/link";
import { type DataColumn, DataTable, Sub } from "@/components/ui/data-table";
import { StateMark } from "@/components/ui/state-mark";
import { Tag } from "@/components/ui/tag";
import { formatDuration } from "@/components/ui/time/format-time";
import { Time } from "@/components/ui/time/time";
import type { AlertView } from "@/lib/domain/alerts/alert-view";
import classes from "./alert-table.module.css";

interface AlertTableProps {
  caption: string;
  alerts: readonly AlertView[];
  /** Undefined for those who may only look. */
  onAcknowledge: ((alert: AlertView) => void) | undefined;
  /** On a device's own page its name is left out. */
  ofOneDevice?: boolean;
}

export function AlertTable({ caption, alerts, onAcknowledge, ofOneDevice }: AlertTableProps) {
  const columns: DataColumn<AlertView>[] = [
    { key: "alert", head: "Alert", phone: "full", cell: (alert) => <What alert={alert} /> },
    ...(ofOneDevice ? [] : [{ key: "device", head: "Device", cell: (alert: AlertView) => <Where alert={alert} /> }]),
    { key: "state", head: "State", tight: true, phone: ofOneDevice ? "full" : "end", cell: (alert) => <State alert={alert} /> },
    { key: "seen", head: "Acknowledged", align: "end", phone: "full", cell: (alert) => <Acknowledged alert={alert} onAcknowledge={onAcknowledge} /> },
  ];
  return <DataTable caption={caption} columns={columns} rows={alerts} rowKey={({ id }) => id} />;
}

function What({ alert: { rule, detail } }: { alert: AlertView }) {
  return (
    <>
      <span className={classes.title}>{rule.name}</span>{" "}
      {rule.severity === "critical" ? <Tag tone="bad">critical</Tag> : rule.severity === "warning" ? <Tag tone="warn">warning</Tag> : <Tag>information</Tag>}
      <Sub>{detail}</Sub>
    </>
  );
}

function Where({ alert: { device } }: { alert: AlertView }) {
  return (
    <>
      <Link href={`/devices/${device.id}`}>{device.name}</Link>
      <Sub>{device.site ?? "no site"}</Sub>
    </>
  );
}

function State({ alert: { state, firedAt, pendingAt, resolvedAt } }: { alert: AlertView }) {
  const began = firedAt ?? pendingAt;
  if (state !== "resolved")
    return (
      <>
        <StateMark state={state} />
        <Sub>
          <Time at={began} form="since" focusable />, <Time at={began} form="elapsed" />
        </Sub>
      </>
    );
  return (
    <>
      <StateMark state="done" word="Resolved" tone="unknown" />
      <Sub>
        {resolvedAt ? <Time at={resolvedAt} focusable /> : null}
        {resolvedAt ? `, after ${formatDuration(Date.parse(resolvedAt) - Date.parse(began))}` : ""}
      </Sub>
    </>
  );
}

function Acknowledged({ alert, onAcknowledge }: { alert: AlertView; onAcknowledge: AlertTableProps["onAcknowledge"] }) {
  const { acknowledgedAt, acknowledgedBy, comment, state, rule, device } = alert;
  if (acknowledgedAt)
    return (
      <>
        {acknowledgedBy}
        <Sub>
          <Time at={acknowledgedAt} focusable />
          {comment ? <span className={classes.comment}> · “{comment}”</span> : null}
        </Sub>
      </>
    );
  if (state === "resolved") return <Sub>nobody</Sub>;
  if (state === "pending") return <Sub>not yet firing</Sub>;
  if (!onAcknowledge) return <Sub>nobody yet</Sub>;
  return (
    <Button className={classes.acknowledge} size="xs" onClick={() => onAcknowledge(alert)} aria-label={`Acknowledge ${rule.name} of ${device.name}`}>
      Acknowledge
    </Button>
  );
}
