import { memo } from "react";
import classes from "./wall.module.css";
import { PITCH, wallHeight, wallPaths } from "./wall-paths";

/** One cell, one device. Decorative: the counts beside it say the same in words. The same width whatever the columns. */
export const Wall = memo(function Wall({ states, columns = 18 }: { states: readonly string[]; columns?: number }) {
  return (
    <svg className={classes.wall} viewBox={`0 0 ${columns * PITCH} ${wallHeight(states.length, columns)}`} aria-hidden="true">
      {wallPaths(states, columns).map(({ state, d }) => (
        <path key={state} data-state={state} d={d} />
      ))}
    </svg>
  );
});

/** One cell by itself, for the legend. */
export function WallCell({ state }: { state: string }) {
  return (
    <svg className={classes.cell} viewBox="0 0 5.4 5.4" width="10" height="10" aria-hidden="true">
      {wallPaths([state], 1).map(({ d }) => (
        <path key={state} data-state={state} d={d} />
      ))}
    </svg>
  );
}
