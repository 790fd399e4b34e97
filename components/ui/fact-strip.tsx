import type { ReactNode } from "react";
import classes from "./fact-strip.module.css";

export interface Fact {
  name: string;
  value: ReactNode;
  detail?: ReactNode;
}

/** The few facts that belong to a thing's head. */
export function FactStrip({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className={classes.facts}>
      {facts.map(({ name, value, detail }) => (
        <div key={name} className={classes.fact}>
          <dt>{name}</dt>
          <dd>
            {value}
            {detail ? <span className={classes.sub}>{detail}</span> : null}
          </dd>
        </div>
      ))}
    </dl>
  );
}
