import type { ReactNode } from "react";
import { BrandMark } from "./brand-mark";
import classes from "./lone-page.module.css";

/** A page without the console around it: sign-in, set-up, not found. `isMessage`: its content brings its own padding. */
export function LonePage({ children, isMessage }: { children: ReactNode; isMessage?: boolean }) {
  return (
    <main className={classes.frame}>
      <div className={classes.brand}>
        <BrandMark />
        Sallyport
      </div>
      <div className={`${classes.card} ${isMessage ? classes.wide : ""}`}>{children}</div>
    </main>
  );
}
