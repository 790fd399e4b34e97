"use client";

import { useNow } from "@/components/ui/time/now";
import { Time } from "@/components/ui/time/time";
import type { OutageDetail } from "@/lib/domain/outages/outage-view";
import { coursePath } from "./course-path";
import classes from "./outages-page.module.css";

/** How many of its devices were away, from the first loss on. */
export function OutageCourse({ outage: { course, closedAt, devices } }: { outage: OutageDetail }) {
  const now = useNow();
  const [first] = course;
  const last = course.at(-1);
  const until = Math.max(closedAt ? Date.parse(closedAt) : now, last ? Date.parse(last.at) : 0);
  const path = coursePath(course, until);
  if (!path || !first) return <p className={classes.text}>Its devices belong to another outage now.</p>;
  const most = Math.max(...course.map(({ away }) => away));
  return (
    <>
      <svg
        className={classes.course}
        viewBox="0 0 1000 100"
        preserveAspectRatio="none"
        role="img"
        aria-label={`Devices away over time: at most ${most} of ${devices}, ${last?.away ?? 0} at the end.`}
      >
        <path data-part="area" d={path.area} />
        <path data-part="line" d={path.line} />
      </svg>
      <div className={classes.axis}>
        <span>
          <Time at={first.at} form="clock" /> first loss
        </span>
        <span>at most {most.toLocaleString("en")} away</span>
        <span>{closedAt ? <Time at={closedAt} form="clock" /> : "now"}</span>
      </div>
    </>
  );
}
