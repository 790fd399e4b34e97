import { memo } from "react";
import classes from "./wall.module.css";
import { PITCH, wallHeight, wallPaths } from "./wall-paths";

const COLUMNS = 18;

/** One cell, one device. Decorative: the counts beside it say the same in words. */
export const Wall = memo(function Wall({ states }: { states: readonly string[] }) {
  const width = COLUMNS * PITCH;
  return (
    <svg className={classes.wall} viewBox={`0 0 ${width} ${wallHeight(states.length, COLUMNS)}`} aria-hidden="true">
      {wallPaths(states, COLUMNS).map(({ state, d }) => (
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
