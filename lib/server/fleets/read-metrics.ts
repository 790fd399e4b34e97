import { platformPart } from "@/lib/domain/platform/platform-view";
import type { RefusalStats } from "@/lib/domain/refusals/refusal-stats";
import { type BrokerStats, COMMIT_BUCKETS_MS } from "@/lib/domain/sessions/broker-stats";
import type { Database } from "@/lib/server/database/client";
import { readPlatform } from "@/lib/server/platform/get-platform";
import { readBrokerStats } from "@/lib/server/sessions/read-broker";

/** One metric in the terms of Prometheus: `values` by labels; a histogram names its own parts. */
export interface Metric {
  name: string;
  help: string;
  type: "counter" | "gauge" | "histogram";
  values: { value: number; labels?: Record<string, string>; metricName?: string }[];
}

/** Figures of the whole installation: sums over all fleets, with no fleet, device or person in any label. */
export async function readMetrics(database: Database, now: Date): Promise<Metric[]> {
  const [{ rows: states }, { rows: counts }, broker, platform] = await Promise.all([
    database.pool.query<{ state: string; count: number }>(
      "select p.state, count(*)::int as count from presence p join device d on d.id = p.device_id where d.lifecycle <> 'retired' group by p.state",
    ),
    database.pool.query<Record<"firing" | "pending" | "outbox" | "deliveries" | "events", number>>(
      `select (select count(*)::int from alert where state = 'firing') as firing, (select count(*)::int from alert where state = 'pending') as pending,
              (select count(*)::int from outbox where done_at is null) as outbox, (select count(*)::int from delivery where state = 'queued') as deliveries,
              (select count(*)::int from session_event) as events`,
    ),
    readBrokerStats(database),
    readPlatform(database, now).then(platformPart),
  ]);
  const [waiting] = counts;
  return [
    byLabel(
      "sallyport_devices",
      "Devices by presence state, retired ones aside.",
      "gauge",
      "state",
      Object.fromEntries(states.map((row) => [row.state, row.count])),
    ),
    byLabel("sallyport_alerts", "Alerts that are open, by state.", "gauge", "state", { firing: waiting?.firing ?? 0, pending: waiting?.pending ?? 0 }),
    byLabel("sallyport_queue_length", "Work that waits for the worker, by queue.", "gauge", "queue", {
      outbox: waiting?.outbox ?? 0,
      deliveries: waiting?.deliveries ?? 0,
      session_events: waiting?.events ?? 0,
    }),
    byLabel("sallyport_listening_sockets", "Sockets that our own processes listen on, by what the configuration says of them.", "gauge", "configured", {
      yes: platform.listeners - platform.unexpected,
      no: platform.unexpected,
    }),
    ...(broker ? brokerMetrics(broker) : []),
  ];
}

function brokerMetrics({ sessions, refused, refusals, messages, ingest, memoryBytes }: BrokerStats): Metric[] {
  const plain = (name: string, help: string, type: "counter" | "gauge", value: number): Metric => ({ name, help, type, values: [{ value }] });
  return [
    byLabel("sallyport_mqtt_sessions", "Open MQTT sessions, by transport.", "gauge", "transport", sessions.byTransport),
    plain("sallyport_mqtt_sessions_opened_total", "MQTT sessions opened by this broker run.", "counter", sessions.opened),
    byLabel("sallyport_mqtt_sessions_ended_total", "MQTT sessions ended, by reason.", "counter", "reason", sessions.endedByReason),
    byLabel("sallyport_mqtt_connects_refused_total", "CONNECTs refused, by reason.", "counter", "reason", refused),
    ...refusalMetrics("embedded", refusals),
    plain("sallyport_messages_received_total", "Messages published by devices.", "counter", messages.received),
    plain("sallyport_messages_stored_total", "Messages committed to the store.", "counter", messages.stored),
    byLabel("sallyport_messages_rejected_total", "Messages kept as rejected, by reason.", "counter", "reason", messages.rejectedByReason),
    plain("sallyport_messages_delivered_total", "Messages sent to subscribers.", "counter", messages.delivered),
    byLabel("sallyport_messages_dropped_total", "Messages not sent to subscribers, by reason.", "counter", "reason", {
      slow_subscriber: messages.droppedForSlowSubscribers,
      full_queue: messages.droppedFromQueues,
    }),
    plain("sallyport_ingest_queued_messages", "Messages that wait for the next commit.", "gauge", ingest.queuedMessages),
    plain("sallyport_ingest_queued_bytes", "Bytes that wait for the next commit.", "gauge", ingest.queuedBytes),
    plain("sallyport_ingest_store_up", "1 while Postgres takes our commits.", "gauge", Number(ingest.storeUp)),
    plain("sallyport_broker_memory_bytes", "Resident memory of the broker.", "gauge", memoryBytes),
    commitHistogram(ingest),
  ];
}

/** What one broker refused: by reason, and what of it is kept nowhere. */
export function refusalMetrics(broker: "embedded" | "hooks", { byReason, unknown, dropped }: RefusalStats): Metric[] {
  const prefix = broker === "embedded" ? "sallyport_refusals" : "sallyport_hook_refusals";
  return [
    byLabel(`${prefix}_total`, "Connects, publishes and subscriptions refused, by reason.", "counter", "reason", byReason),
    byLabel(`${prefix}_not_kept_total`, "Refusals that are counted and kept nowhere, by why.", "counter", "why", { unknown_name: unknown, no_room: dropped }),
  ];
}

function byLabel(name: string, help: string, type: "counter" | "gauge", label: string, counts: Record<string, number>): Metric {
  return { name, help, type, values: Object.entries(counts).map(([key, value]) => ({ value, labels: { [label]: key } })) };
}

function commitHistogram({ commits, commitMilliseconds }: BrokerStats["ingest"]): Metric {
  const name = "sallyport_ingest_commit_seconds";
  let below = 0;
  const buckets = COMMIT_BUCKETS_MS.map((bound, index) => {
    below += commitMilliseconds.buckets[index] ?? 0;
    return { metricName: `${name}_bucket`, labels: { le: String(bound / 1000) }, value: below };
  });
  return {
    name,
    help: "Time of one group commit of the ingest.",
    type: "histogram",
    values: [
      ...buckets,
      { metricName: `${name}_bucket`, labels: { le: "+Inf" }, value: commits },
      { metricName: `${name}_sum`, value: commitMilliseconds.sum / 1000 },
      { metricName: `${name}_count`, value: commits },
    ],
  };
}
