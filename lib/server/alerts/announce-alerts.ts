import type { PoolClient } from "pg";
import type { AlertEvent } from "@/lib/domain/alerts/fold-episodes";
import type { LiveAlert } from "@/lib/protocol/live";
import { CHANNELS } from "../database/notify";
import type { FeedEvent, LiveOutbox } from "../live/feed-event";
import type { WrittenAlert } from "./write-judgements";

/** Writes the outbox rows of a step: per fleet one for consoles and one per kind of event for the channels. */
export async function announceAlerts(client: PoolClient, written: readonly WrittenAlert[], now: Date): Promise<void> {
  if (written.length === 0) return;
  const fleets = new Map<string, WrittenAlert[]>();
  for (const alert of written) fleets.set(alert.target.fleetId, [...(fleets.get(alert.target.fleetId) ?? []), alert]);
  const sealing = await sealingAmong(client, written);
  for (const [fleetId, alerts] of fleets) {
    await enqueue(client, fleetId, "live.publish", livePayload(alerts, sealing), now);
    for (const event of ["alert.fired", "alert.resolved"] as const) {
      const alertIds = alerts.filter(({ events }) => events.includes(event)).map(({ id }) => id);
      if (alertIds.length > 0) await enqueue(client, fleetId, "alert.notify", { event, alertIds }, now);
    }
  }
  await client.query("select pg_notify($1, '')", [CHANNELS.outbox]);
}

async function enqueue(client: PoolClient, fleetId: string, kind: string, payload: object, now: Date): Promise<void> {
  await client.query("insert into outbox (fleet_id, kind, payload, available_at) values ($1, $2, $3, $4)", [fleetId, kind, payload, now]);
}

/** Devices that encrypt: what their measurements say is for pages that ask for it, and never on the wire in the open. */
async function sealingAmong(client: PoolClient, written: readonly WrittenAlert[]): Promise<Set<string>> {
  const deviceIds = [...new Set(written.map(({ target }) => target.deviceId))];
  const { rows } = await client.query<{ id: string }>("select distinct device_id as id from content_key where device_id = any($1)", [deviceIds]);
  return new Set(rows.map(({ id }) => id));
}

function livePayload(alerts: readonly WrittenAlert[], sealing: ReadonlySet<string>): LiveOutbox {
  return {
    alerts: alerts.map(({ id, target, alert, version }): LiveAlert => ({ id, deviceId: target.deviceId, state: alert.state, acknowledged: false, version })),
    events: alerts.flatMap((alert) => alert.events.map((event) => feedEvent(withoutValue(alert, sealing), event))),
  };
}

/** Only a threshold rule's alert has a value, and its detail names metric and value. */
function withoutValue(written: WrittenAlert, sealing: ReadonlySet<string>): WrittenAlert {
  return written.alert.value !== null && sealing.has(written.target.deviceId) ? { ...written, detail: "" } : written;
}

function feedEvent({ id, target, alert, detail, version }: WrittenAlert, event: AlertEvent): FeedEvent {
  const fired = event === "alert.fired";
  const at = (fired ? alert.firedAt : alert.resolvedAt) ?? alert.pendingAt;
  return {
    id: `${id}-${version}-${fired ? "fired" : "resolved"}`,
    at: at.toISOString(),
    kind: "alert",
    deviceId: target.deviceId,
    deviceName: target.deviceName,
    mark: fired ? "firing" : "resolved",
    text: fired ? `Alert: ${target.ruleName}.${detail ? ` ${detail}` : ""}` : `Resolved: ${target.ruleName}.`,
    group: fired ? `raised the alert ${target.ruleName}` : `resolved the alert ${target.ruleName}`,
    site: target.site,
  };
}
