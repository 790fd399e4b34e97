import type { StateName } from "@/components/ui/state-shapes";
import { stateText } from "@/lib/domain/presence/cause-text";
import type { DeviceHistory, HistoryKind } from "@/lib/domain/presence/history-view";

/** A point of the timeline that can be stood on: an event, a change of state, or the begin or end of a session. */
export interface Stop {
  id: string;
  at: string;
  lane: Lane;
  mark: StateName;
  text: string;
  detail: string;
}

export type Lane = "state" | "session" | HistoryKind;

/** Lanes from top to bottom, with their names. */
export const LANES: readonly { lane: Lane; name: string }[] = [
  { lane: "state", name: "State" },
  { lane: "session", name: "Sessions" },
  { lane: "network", name: "Network" },
  { lane: "will", name: "Last will" },
  { lane: "token", name: "Tokens" },
  { lane: "key", name: "Keys" },
  { lane: "firmware", name: "Firmware" },
  { lane: "outage", name: "Outages" },
  { lane: "lifecycle", name: "Lifecycle" },
];

/** Everything on the axis within its range, oldest first. */
export function stopsOf({ from, to, states, sessions, events }: DeviceHistory): Stop[] {
  const stops: Stop[] = [
    ...states.map(({ at, state, text }, index): Stop => {
      return { id: `state-${at}-${index}`, at, lane: "state", mark: state, text: capital(stateText(state)), detail: text };
    }),
    ...sessions.flatMap(({ number, connectedAt, endedAt, end, address, reason, transport }): Stop[] => [
      {
        id: `open-${number}`,
        at: connectedAt,
        lane: "session",
        mark: "info",
        text: `Session ${number} opened`,
        detail: `from ${address} by ${transport.toUpperCase()}`,
      },
      ...(endedAt
        ? [
            {
              id: `end-${number}`,
              at: endedAt,
              lane: "session" as const,
              mark: end === "broke" ? ("failed" as const) : ("info" as const),
              text: `Session ${number} ended`,
              detail: reason ?? "Our broker restarted.",
            },
          ]
        : []),
    ]),
    ...events.map(
      ({ at, kind, text, detail }, index): Stop => ({
        id: `${kind}-${at}-${index}`,
        at,
        lane: kind,
        mark: kind === "outage" ? "firing" : "info",
        text,
        detail,
      }),
    ),
  ];
  const inRange = stops.filter(({ at }) => at >= from && at <= to);
  return inRange.sort((a, b) => (a.at === b.at ? 0 : a.at < b.at ? -1 : 1));
}

/** The stop of a lane that is nearest to a moment; of any lane without one. */
export function nearestStop(stops: readonly Stop[], at: number, lane?: Lane): number | undefined {
  let best: number | undefined;
  let distance = Number.POSITIVE_INFINITY;
  for (const [index, stop] of stops.entries()) {
    const away = Math.abs(Date.parse(stop.at) - at);
    if ((lane === undefined || stop.lane === lane) && away < distance) [best, distance] = [index, away];
  }
  return best;
}

/** Where a key goes from a stop; undefined for keys that do not move. */
export function stopAfterKey(key: string, current: number, count: number): number | undefined {
  const last = count - 1;
  if (key === "ArrowRight" || key === "ArrowUp") return Math.min(current + 1, last);
  if (key === "ArrowLeft" || key === "ArrowDown") return Math.max(current - 1, 0);
  if (key === "PageUp") return Math.min(current + 10, last);
  if (key === "PageDown") return Math.max(current - 10, 0);
  if (key === "Home") return 0;
  return key === "End" ? last : undefined;
}

const capital = (words: string) => words.replace(/^./, (letter) => letter.toUpperCase());
