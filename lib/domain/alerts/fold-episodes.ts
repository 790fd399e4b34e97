import { type Alert, type AlertInput, type AlertOptions, advanceAlert, isOpen } from "./advance-alert";

/** What became of one alert: `before` is null for one that began just now. */
export interface Episode {
  before: Alert | null;
  after: Alert;
}

/**
 * Feeds inputs, oldest first, to the newest alert of one rule and device. Answers what must be written: the known alert when
 * it changed, and new ones. One that began and ended within these inputs without firing never was.
 */
export function foldEpisodes(newest: Alert | null, inputs: readonly AlertInput[], options: AlertOptions): Episode[] {
  const episodes: Episode[] = newest ? [{ before: newest, after: newest }] : [];
  for (const input of inputs) {
    const current = episodes.at(-1);
    const next = advanceAlert(current?.after ?? null, input, options);
    if (next === null || next === current?.after) continue;
    if (current && isOpen(current.after)) current.after = next;
    else episodes.push({ before: null, after: next });
  }
  return episodes.filter(({ before, after }) => before !== after && (before !== null || isOpen(after) || after.firedAt !== null));
}

export type AlertEvent = "alert.fired" | "alert.resolved";

/** What people are told of an episode; nothing of one that never fired. */
export function eventsOf({ before, after }: Episode): AlertEvent[] {
  const events: AlertEvent[] = [];
  if (after.firedAt && !before?.firedAt) events.push("alert.fired");
  if (after.state === "resolved" && after.firedAt && before?.state !== "resolved") events.push("alert.resolved");
  return events;
}
