import type { RefusalReason, RefusedAction, RefusingBroker } from "@/lib/domain/refusals/refusal-reasons";
import { storableLine } from "../storable-text";
import type { RefusalEvent } from "./refusal-event";

/** What is counted together, with the circumstances of the newest. */
export interface RefusalLine {
  broker: RefusingBroker;
  subject: string;
  fleetId: string | null;
  deviceId: string | null;
  /** Null: a claim without proof. */
  tokenId: string | null;
  action: RefusedAction;
  topic: string;
  reason: RefusalReason;
  hour: number;
  qos: number | null;
  retain: boolean | null;
  scope: number | null;
  clientId: string;
  address: string;
  detail: string;
  count: number;
  firstAt: number;
  lastAt: number;
}

/** Distinct lines that wait for the store at most. Strangers, who can invent names, have a part of it. */
const MOST_LINES = 10_000;
const MOST_OF_STRANGERS = 2_000;
const HOUR_MS = 3_600_000;

/** Refusals that wait for the store, counted together by broker, subject, action, topic, reason and hour. */
export class RefusalBatch {
  readonly lines = new Map<string, RefusalLine>();
  #strangers = 0;

  /** False when there is no room for another line. `topic` is the name to count under; `now` in milliseconds since 1970. */
  add(event: RefusalEvent, topic: string, now: number): boolean {
    return this.#merge(lineOf(event, topic, now));
  }

  /** Takes back what could not be written. Answers how many refusals found no room. */
  restore(earlier: RefusalBatch): number {
    let dropped = 0;
    for (const line of earlier.lines.values()) if (!this.#merge(line)) dropped += line.count;
    return dropped;
  }

  #merge(line: RefusalLine): boolean {
    const key = [line.broker, line.subject, line.action, line.topic, line.reason, line.hour].join("\n");
    const known = this.lines.get(key);
    if (known) {
      const newest = line.lastAt >= known.lastAt ? line : known;
      const firstAt = Math.min(line.firstAt, known.firstAt);
      this.lines.set(key, { ...newest, count: known.count + line.count, firstAt, lastAt: newest.lastAt });
      return true;
    }
    const stranger = line.tokenId === null;
    if (this.lines.size >= MOST_LINES || (stranger && this.#strangers >= MOST_OF_STRANGERS)) return false;
    if (stranger) this.#strangers++;
    this.lines.set(key, line);
    return true;
  }
}

function lineOf(event: RefusalEvent, topic: string, now: number): RefusalLine {
  const { broker, holder, action, reason, qos, retain, scope, clientId, address, detail } = event;
  const who = "username" in holder ? { subject: holder.username, fleetId: null, deviceId: null, tokenId: null } : holder;
  return {
    ...who,
    subject: storableLine(who.subject),
    broker,
    action,
    topic: storableLine(topic),
    reason,
    hour: Math.floor(now / HOUR_MS) * HOUR_MS,
    qos: qos ?? null,
    retain: retain ?? null,
    scope: scope ?? null,
    clientId: storableLine(clientId ?? ""),
    address: storableLine(address ?? ""),
    detail: storableLine(detail ?? ""),
    count: 1,
    firstAt: now,
    lastAt: now,
  };
}
