import type { ReactNode } from "react";
import { BrandMark } from "@/components/ui/brand-mark";
import classes from "./layout.module.css";

export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <main className={classes.frame}>
      <div className={classes.brand}>
        <BrandMark />
        Sallyport
      </div>
      <div className={classes.card}>{children}</div>
    </main>
  );
}
