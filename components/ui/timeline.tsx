import type { ReactNode } from "react";
import { StateMark } from "./state-mark";
import type { StateName } from "./state-shapes";
import { Time } from "./time/time";
import classes from "./timeline.module.css";

export interface TimelineItem {
  id: string;
  at: string;
  state: StateName;
  text: ReactNode;
  sub?: ReactNode;
}

/** Events on one rail, newest first. */
export function Timeline({ items, label }: { items: readonly TimelineItem[]; label: string }) {
  return (
    <ol className={classes.rail} aria-label={label}>
      {items.map(({ id, at, state, text, sub }) => (
        <li key={id} className={classes.entry}>
          <span className={classes.time}>
            <Time at={at} form="moment" />
          </span>
          <span className={classes.dot}>
            <StateMark state={state} bare />
          </span>
          <span className={classes.text}>
            {text}
            {sub ? <span className={classes.sub}>{sub}</span> : null}
          </span>
        </li>
      ))}
    </ol>
  );
}
