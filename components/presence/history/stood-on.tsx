import { Button } from "@mantine/core";
import { StateMark } from "@/components/ui/state-mark";
import { formatAbsolute } from "@/components/ui/time/format-time";
import { useZone } from "@/components/ui/time/zone";
import classes from "./history-page.module.css";
import type { Stop } from "./stops";

/** What happened where one stands, and the way to its neighbours. */
export function StoodOn({ stops, current, onStand }: { stops: readonly Stop[]; current: number | undefined; onStand: (stop: Stop) => void }) {
  const zone = useZone();
  const stop = current === undefined ? undefined : stops[current];
  const [before, after] = [stops[(current ?? stops.length) - 1], current === undefined ? undefined : stops[current + 1]];
  return (
    <div className={classes.stood}>
      <span className={classes.moves}>
        <Button size="xs" disabled={!before} onClick={() => before && onStand(before)}>
          Event before
        </Button>
        <Button size="xs" disabled={!after} onClick={() => after && onStand(after)}>
          Event after
        </Button>
      </span>
      <p>
        {stop ? (
          <>
            <StateMark state={stop.mark} bare /> <b>{stop.text}</b> <time dateTime={stop.at}>{formatAbsolute(Date.parse(stop.at), zone)}</time>
            <span className={classes.detail}>{stop.detail}</span>
          </>
        ) : stops.length === 0 ? (
          "Nothing happened in this time."
        ) : (
          `${stops.length.toLocaleString("en")} events. Point at one, or walk along them with the arrow keys.`
        )}
      </p>
    </div>
  );
}
