"use client";

import { zoneName } from "@/components/ui/time/format-time";
import { useNowAs } from "@/components/ui/time/now";
import { toggleZone, useZone } from "@/components/ui/time/zone";
import classes from "./top-bar.module.css";

/** Local time or UTC, for the whole console. */
export function ZoneChip() {
  const zone = useZone();
  const name = useNowAs((now) => (now === 0 ? "" : zoneName(now, zone)));
  return (
    <button type="button" className={`${classes.chip} ${classes.zone}`} onClick={toggleZone} title="Switch between local time and UTC" aria-keyshortcuts="z">
      <span className="visually-hidden">Time zone: </span>
      {name} <kbd>z</kbd>
    </button>
  );
}
