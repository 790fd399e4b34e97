import classes from "./code-block.module.css";
import { CopyButton } from "./copy-button";

/** A command or a snippet to paste. */
export function CodeBlock({ code, label }: { code: string; label: string }) {
  return (
    <section className={classes.block} aria-label={label}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by keyboard (axe: scrollable-region-focusable) */}
      <pre className={classes.code} tabIndex={0}>
        {code}
      </pre>
      <div className={classes.copy}>
        <CopyButton value={code} name={label} />
      </div>
    </section>
  );
}
