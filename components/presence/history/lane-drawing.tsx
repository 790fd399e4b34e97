import type { DeviceHistory } from "@/lib/domain/presence/history-view";
import { BarPart } from "../bar-part";
import { segmentsOf } from "../presence-days";
import bars from "../presence-panel.module.css";
import classes from "./history-page.module.css";
import type { Lane, Stop } from "./stops";

const WIDTH = 1_000;

interface Span {
  from: number;
  to: number;
}

/** One lane of the axis. */
export function LaneDrawing({ lane, history, stops, span }: { lane: Lane; history: DeviceHistory; stops: readonly Stop[]; span: Span }) {
  if (lane === "state") return <States history={history} span={span} />;
  if (lane === "session") return <Sessions history={history} span={span} />;
  if (lane === "network") return <Networks history={history} span={span} />;
  return (
    <span className={classes.marks}>
      {stops
        .filter((stop) => stop.lane === lane)
        .map((stop) => (
          <span key={stop.id} className={classes.mark} style={{ left: `${share(Date.parse(stop.at), span) * 100}%` }}>
            <svg viewBox="0 0 12 12" aria-hidden="true">
              <path d="M6 .5 11.5 6 6 11.5.5 6z" />
            </svg>
          </span>
        ))}
    </span>
  );
}

const share = (at: number, { from, to }: Span) => Math.min(1, Math.max(0, (at - from) / (to - from)));

function States({ history, span }: { history: DeviceHistory; span: Span }) {
  const segments = segmentsOf(
    history.states.map(({ at, state }) => ({ at: Date.parse(at), state })),
    span.to,
  )
    .filter(({ to }) => to > span.from)
    .map((segment) => ({ ...segment, from: Math.max(segment.from, span.from) }));
  return (
    <svg className={bars.bar} viewBox={`0 0 ${WIDTH} 14`} preserveAspectRatio="none" aria-hidden="true">
      {segments.map((segment) => (
        <BarPart key={segment.from} segment={segment} start={span.from} end={span.to} />
      ))}
    </svg>
  );
}

/** Where a session ended a stroke stands: its length says how. What needs no stroke is a goodbye. */
const STROKES = { broke: [0, 18], access: [9, 18], ours: [0, 9], taken_over: [0, 18], goodbye: undefined } as const;

function Sessions({ history, span }: { history: DeviceHistory; span: Span }) {
  return (
    <svg className={classes.sessions} viewBox={`0 0 ${WIDTH} 18`} preserveAspectRatio="none" aria-hidden="true">
      {history.sessions.map(({ number, connectedAt, endedAt, end }) => {
        const from = share(Date.parse(connectedAt), span) * WIDTH;
        const to = share(endedAt ? Date.parse(endedAt) : span.to, span) * WIDTH;
        const stroke = end && STROKES[end];
        return (
          <g key={number} data-end={end ?? "open"}>
            <rect x={from} y={4} width={Math.max(to - from, 1)} height={10} />
            <path d={`M${from} 2V16`} vectorEffect="non-scaling-stroke" data-part="start" />
            {stroke ? <path d={`M${to} ${stroke[0]}V${stroke[1]}`} vectorEffect="non-scaling-stroke" /> : null}
          </g>
        );
      })}
    </svg>
  );
}

/** Stretches of sessions that came from one network, named where there is room. */
function Networks({ history, span }: { history: DeviceHistory; span: Span }) {
  const stretches: (Span & { network: string })[] = [];
  for (const { network, address, connectedAt, endedAt } of history.sessions) {
    const [from, to] = [Math.max(Date.parse(connectedAt), span.from), endedAt ? Date.parse(endedAt) : span.to];
    const last = stretches.at(-1);
    if (last && last.network === (network ?? address)) last.to = Math.max(last.to, to);
    else stretches.push({ network: network ?? address, from, to });
  }
  return (
    <span className={classes.networks}>
      {stretches.map(({ network, from, to }, index) => (
        <span
          key={`${from}${network}`}
          className={classes.network}
          data-odd={index % 2 === 1 ? "" : undefined}
          title={network}
          style={{ left: `${share(from, span) * 100}%`, width: `${(share(to, span) - share(from, span)) * 100}%` }}
        >
          {network}
        </span>
      ))}
    </span>
  );
}
