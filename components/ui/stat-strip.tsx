import Link from "next/link";
import type { ReactNode } from "react";
import classes from "./stat-strip.module.css";

export interface Stat {
  key: string;
  value: number;
  label: ReactNode;
  /** The list that this number counts. */
  href?: string;
}

/** Counts in one row, each a link to the list it counts. */
export function StatStrip({ label, stats }: { label: string; stats: readonly Stat[] }) {
  return (
    <nav className={classes.strip} aria-label={label}>
      {stats.map(({ key, value, label: name, href }) => {
        const inner = (
          <>
            <span className={classes.value}>{value.toLocaleString("en")}</span>
            <span className={classes.label}>{name}</span>
          </>
        );
        const className = `${classes.item} ${value === 0 ? classes.zero : ""}`;
        return href ? (
          <Link key={key} className={className} href={href} prefetch={false}>
            {inner}
          </Link>
        ) : (
          <div key={key} className={className}>
            {inner}
          </div>
        );
      })}
    </nav>
  );
}
