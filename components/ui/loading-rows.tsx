import classes from "./loading-rows.module.css";

const WIDTHS = ["18%", "12%", "26%", "14%"];

/** Holds the place of a list while it loads: same height as the rows that will come. `height` in pixels. */
export function LoadingRows({ rows = 8, height = 44, label = "Loading" }: { rows?: number; height?: number; label?: string }) {
  return (
    <div className={classes.rows} role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className={classes.row} style={{ height }}>
          {WIDTHS.map((width) => (
            <span key={width} className={classes.bar} style={{ width }} />
          ))}
        </div>
      ))}
    </div>
  );
}
