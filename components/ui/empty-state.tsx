import type { ReactNode } from "react";
import classes from "./empty-state.module.css";

/** Nothing here, and what to do about it. `framed` where it stands by itself and not in a panel. */
export function EmptyState({ title, children, actions, framed }: { title: string; children?: ReactNode; actions?: ReactNode; framed?: boolean }) {
  return (
    <div className={`${classes.state} ${framed ? classes.framed : ""}`}>
      <p className={classes.title}>{title}</p>
      {children ? <div className={classes.text}>{children}</div> : null}
      {actions ? <div className={classes.actions}>{actions}</div> : null}
    </div>
  );
}
