import classes from "./share-bar.module.css";

export interface Share {
  key: string;
  label: string;
  count: number;
  tone: "ok" | "update" | "sleep" | "unknown" | "bad";
}

/** How a whole divides, as a bar with exact counts beneath: the counts are the content, the bar is for the eye. */
export function ShareBar({ shares }: { shares: readonly Share[] }) {
  const shown = shares.filter(({ count }) => count > 0);
  return (
    <div>
      <div className={classes.bar} aria-hidden="true">
        {shown.map(({ key, count, tone }) => (
          <span key={key} className={classes.part} data-tone={tone} style={{ flexGrow: count }} />
        ))}
      </div>
      <ul className={classes.legend}>
        {shown.map(({ key, label, count, tone }) => (
          <li key={key} className={classes.entry}>
            <span className={classes.swatch} data-tone={tone} aria-hidden="true" />
            {label} <span className={classes.count}>{count.toLocaleString("en")}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
