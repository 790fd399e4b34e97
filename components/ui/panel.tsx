import { type ReactNode, useId } from "react";
import classes from "./panel.module.css";

interface PanelProps {
  title: ReactNode;
  /** Quiet words after the title. */
  aside?: ReactNode;
  /** Right side of the header: links, choices, zone. */
  end?: ReactNode;
  footer?: ReactNode;
  /** Without padding, for tables and lists that reach the edges. */
  flush?: boolean;
  children: ReactNode;
}

/** A titled part of a page. Landmark and heading come with it. */
export function Panel({ title, aside, end, footer, flush, children }: PanelProps) {
  const id = useId();
  return (
    <section className={classes.panel} aria-labelledby={id}>
      <header className={classes.header}>
        <h2 id={id}>{title}</h2>
        {aside ? <span className={classes.aside}>{aside}</span> : null}
        {end ? <div className={classes.end}>{end}</div> : null}
      </header>
      {flush ? children : <div className={classes.body}>{children}</div>}
      {footer ? <footer className={classes.footer}>{footer}</footer> : null}
    </section>
  );
}
