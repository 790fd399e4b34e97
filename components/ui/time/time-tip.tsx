"use client";

import { useEffect, useState } from "react";
import { formatAbsolute } from "./format-time";
import classes from "./time-tip.module.css";
import { currentZone } from "./zone";

interface Tip {
  text: string;
  x: number;
  y: number;
}

/** One tooltip for all times of the page: a list of 40 rows needs no 80 tooltip components. Escape closes it (WCAG 1.4.13). */
export function TimeTip() {
  const [tip, setTip] = useState<Tip>();
  useEffect(() => {
    const show = (event: Event) => {
      const target = event.target instanceof Element ? event.target.closest("time[data-tip]") : null;
      const at = target instanceof HTMLTimeElement ? Date.parse(target.dateTime) : Number.NaN;
      if (!target || Number.isNaN(at)) return setTip(undefined);
      const box = target.getBoundingClientRect();
      const x = Math.min(Math.max(box.left + box.width / 2, 120), innerWidth - 120);
      setTip({ text: formatAbsolute(at, currentZone()), x, y: box.top < 40 ? box.bottom + 32 : box.top - 4 });
    };
    const hide = (event: Event) => {
      if (!(event instanceof KeyboardEvent) || event.key === "Escape") setTip(undefined);
    };
    const on = ["pointerover", "focusin"] as const;
    const off = ["focusout", "keydown", "pointerdown"] as const;
    for (const name of on) document.addEventListener(name, show);
    for (const name of off) document.addEventListener(name, hide);
    document.addEventListener("scroll", hide, true);
    return () => {
      for (const name of on) document.removeEventListener(name, show);
      for (const name of off) document.removeEventListener(name, hide);
      document.removeEventListener("scroll", hide, true);
    };
  }, []);
  if (!tip) return null;
  return (
    <div className={classes.tip} role="tooltip" style={{ left: tip.x, top: tip.y }}>
      {tip.text}
    </div>
  );
}
