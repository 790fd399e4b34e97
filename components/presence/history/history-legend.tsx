import { stateText } from "@/lib/domain/presence/cause-text";
import type { EndKind } from "@/lib/domain/presence/disconnect-cause";
import type { DeviceHistory } from "@/lib/domain/presence/history-view";
import { BarPart } from "../bar-part";
import bars from "../presence-panel.module.css";

const ENDS: Record<Exclude<EndKind, "goodbye">, string> = {
  broke: "a long stroke: the connection broke",
  taken_over: "a long double stroke: taken over",
  access: "a stroke below: its token ended",
  ours: "a stroke above: our side ended it",
};

/** Says of what is on the axis how it is drawn. */
export function HistoryLegend({ history: { states, sessions } }: { history: DeviceHistory }) {
  const shown = [...new Set(states.map(({ state }) => state))].filter((state) => state !== "never_seen");
  const ends = new Set(sessions.flatMap(({ end }) => (end && end !== "goodbye" ? [end] : [])));
  return (
    <div className={bars.legend}>
      {shown.map((state) => (
        <span key={state}>
          <svg className={bars.bar} viewBox="0 0 14 14" preserveAspectRatio="none" aria-hidden="true">
            <BarPart segment={{ state, from: 0, to: 14 }} start={0} end={14} width={14} />
          </svg>
          {stateText(state)}
        </span>
      ))}
      {ends.size > 0 ? <span>A session ends with {[...ends].map((end) => ENDS[end]).join("; ")}.</span> : null}
    </div>
  );
}
