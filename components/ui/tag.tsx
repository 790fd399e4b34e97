import type { ReactNode } from "react";
import classes from "./tag.module.css";

export function Tag({ tone, children }: { tone?: "ok" | "warn" | "bad" | "tamper" | "sleep" | "accent"; children: ReactNode }) {
  return (
    <span className={classes.tag} data-tone={tone}>
      {children}
    </span>
  );
}
