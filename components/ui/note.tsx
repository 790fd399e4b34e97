import type { ReactNode } from "react";
import classes from "./note.module.css";
import { SHAPES, type StateName } from "./state-shapes";

/** A remark that concerns the whole part below it. `role="alert"` is for things that just went wrong. */
export function Note({
  tone,
  mark,
  children,
  action,
  role,
}: {
  tone: "warn" | "bad" | "sleep";
  mark: StateName;
  children: ReactNode;
  action?: ReactNode;
  role?: "alert" | "status";
}) {
  return (
    <div className={classes.note} data-tone={tone} role={role}>
      <svg viewBox="0 0 12 12" aria-hidden="true">
        {SHAPES[mark]}
      </svg>
      <div className={classes.words}>{children}</div>
      {action}
    </div>
  );
}
