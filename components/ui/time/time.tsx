"use client";

import { formatClock, formatDuration, formatMoment, formatRelative } from "./format-time";
import { useNowAs } from "./now";
import { useZone } from "./zone";

type Form = "relative" | "since" | "moment" | "clock" | "elapsed";

/**
 * A moment, given as ISO 8601. `relative` 3 min ago · `since` since 14:09 · `moment` 14:09 or 3 Nov · `clock` 14:09:32 ·
 * `elapsed` 1 h 33 min. The absolute time with its zone shows on hover and focus (time-tip.tsx); `focusable` makes it a
 * stop of the keyboard, for places where no link beside it is one.
 */
export function Time({ at, form = "relative", focusable }: { at: string; form?: Form; focusable?: boolean }) {
  const zone = useZone();
  const ms = Date.parse(at);
  const text = useNowAs((now) => {
    if (now === 0) return "";
    if (form === "relative") return formatRelative(ms, now);
    if (form === "elapsed") return formatDuration(now - ms);
    if (form === "clock") return formatClock(ms, zone, true);
    return form === "since" ? `since ${formatMoment(ms, now, zone)}` : formatMoment(ms, now, zone);
  });
  return (
    <time dateTime={at} data-tip="" {...(focusable ? { tabIndex: 0 } : {})} suppressHydrationWarning>
      {text}
    </time>
  );
}
