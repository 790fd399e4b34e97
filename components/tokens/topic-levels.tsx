import { Fragment } from "react";
import type { Nearest } from "@/lib/domain/tokens/explanation";
import classes from "./explained.module.css";

/** A topic or filter with the levels marked that differ. Colour, weight and underline: no sign is needed alone. */
export function TopicLevels({ topic, nearest, side }: { topic: string; nearest: Nearest | null; side: "asked" | "granted" }) {
  const differing = new Set(nearest?.differences.flatMap((one) => (one.kind === "level" ? [one.level] : [])));
  if (topic === "") return <span className={classes.none}>empty</span>;
  return (
    <code className={classes.topic}>
      {topic.split("/").map((level, index) => (
        <Fragment key={index}>
          {index > 0 ? "/" : null}
          <wbr />
          {differing.has(index + 1) ? <mark data-side={side}>{level}</mark> : level}
        </Fragment>
      ))}
    </code>
  );
}
