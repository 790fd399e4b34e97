import classes from "./state-mark.module.css";
import { SHAPES, STATE_MARKS, type StateName, type Tone } from "./state-shapes";

/** Colour, shape and word of a state. `word` replaces the word ("2 offline"); with `bare` it is for screen readers only. */
export function StateMark({ state, word, bare, large, tone }: { state: StateName; word?: string; bare?: boolean; large?: boolean; tone?: Tone }) {
  const text = word ?? STATE_MARKS[state].word;
  return (
    <span className={`${classes.mark} ${large ? classes.large : ""}`} data-tone={tone ?? STATE_MARKS[state].tone} data-state={state}>
      {SHAPES[state] ? (
        <svg viewBox="0 0 12 12" aria-hidden="true">
          {SHAPES[state]}
        </svg>
      ) : null}
      {bare ? <span className="visually-hidden">{text}</span> : text}
    </span>
  );
}
