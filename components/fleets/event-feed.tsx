"use client";

import Link from "next/link";
import { STATE_MARKS, type StateName } from "@/components/ui/state-shapes";
import { Timeline } from "@/components/ui/timeline";
import type { LiveEvent } from "@/lib/protocol/live";

/** What happened, newest first. The device's name in a line is a link to it. */
export function EventFeed({ events, linked = true }: { events: readonly LiveEvent[]; linked?: boolean }) {
  return (
    <Timeline
      label="Newest events"
      items={events.map((event) => ({
        id: event.id,
        at: event.at,
        state: markOf(event),
        text: linked ? linkedText(event) : event.text,
      }))}
    />
  );
}

function markOf({ kind, mark }: LiveEvent): StateName {
  if (mark in STATE_MARKS) return mark as StateName;
  return mark === "resolved" ? "done" : kind === "rejected" ? "failed" : "info";
}

function linkedText({ text, deviceId, deviceName }: LiveEvent) {
  if (!deviceId || !deviceName) return text;
  const at = text.indexOf(deviceName);
  if (at < 0)
    return (
      <>
        <Link href={`/devices/${deviceId}`}>{deviceName}</Link> {text}
      </>
    );
  return (
    <>
      {text.slice(0, at)}
      <Link href={`/devices/${deviceId}`}>{deviceName}</Link>
      {text.slice(at + deviceName.length)}
    </>
  );
}
