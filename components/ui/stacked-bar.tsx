import classes from "./stacked-bar.module.css";
import type { Tone } from "./state-shapes";

/** Parts of a whole. Decorative: numbers stand beside it. Parts of zero are left out. */
export function StackedBar({ parts }: { parts: readonly { key: string; count: number; tone: Tone }[] }) {
  return (
    <div className={classes.bar} aria-hidden="true">
      {parts
        .filter(({ count }) => count > 0)
        .map(({ key, count, tone }) => (
          <i key={key} data-tone={tone} style={{ flex: count }} />
        ))}
    </div>
  );
}
