import type { ReactNode } from "react";
import classes from "./page-head.module.css";

/** The answer to the page's question, one line of why, actions on the right. `beside` stands next to the answer. */
export function PageHead({ answer, beside, why, actions }: { answer: string; beside?: ReactNode; why?: ReactNode; actions?: ReactNode }) {
  return (
    <div className={classes.head}>
      <div className={classes.words}>
        <div className={classes.answer}>
          <h1>{answer}</h1>
          {beside}
        </div>
        {why ? <p className={classes.why}>{why}</p> : null}
      </div>
      {actions ? <div className={classes.actions}>{actions}</div> : null}
    </div>
  );
}
