"use client";

import { Button } from "@mantine/core";
import Link from "next/link";
import { SHAPES } from "@/components/ui/state-shapes";
import { Tag } from "@/components/ui/tag";
import type { DiagnosisView } from "@/lib/domain/diagnosis/diagnosis-view";
import classes from "./why-page.module.css";

type Hypothesis = DiagnosisView["hypotheses"][number];

const WORDS = { very_likely: "Very likely", likely: "Likely", possible: "Possible", ruled_out: "Ruled out" } as const;

/** What may be the reason, best supported first. What was ruled out stays, with what rules it out. */
export function HypothesisList({ hypotheses, here }: { hypotheses: readonly Hypothesis[]; here: string }) {
  return (
    <ol className={classes.hypotheses}>
      {hypotheses.map((hypothesis) => (
        <li key={hypothesis.key} className={classes.hypothesis} data-out={hypothesis.likelihood === "ruled_out" ? "" : undefined}>
          <h3>
            {hypothesis.title} <Tag {...(hypothesis.likelihood === "very_likely" ? { tone: "accent" as const } : {})}>{WORDS[hypothesis.likelihood]}</Tag>
          </h3>
          <EvidenceList evidence={hypothesis.evidence} />
          {hypothesis.likelihood === "ruled_out" ? null : <Next hypothesis={hypothesis} here={here} />}
        </li>
      ))}
    </ol>
  );
}

/** For, against, and only worth knowing: told by shape and by a word, in neutral ink. */
export function EvidenceList({ evidence }: { evidence: Hypothesis["evidence"] }) {
  return (
    <ul className={classes.evidence}>
      {evidence.map(({ kind, weight, text, source }) => (
        <li key={kind}>
          <svg viewBox="0 0 12 12" aria-hidden="true">
            {SHAPES[weight > 0 ? "done" : weight < 0 ? "failed" : "info"]}
          </svg>
          <span>
            <span className="visually-hidden">{weight > 0 ? "For: " : weight < 0 ? "Against: " : "Known: "}</span>
            {text}
          </span>
          <span className={classes.source}>{source}</span>
        </li>
      ))}
    </ul>
  );
}

function Next({ hypothesis: { next }, here }: { hypothesis: Hypothesis; here: string }) {
  return (
    <div className={classes.next}>
      <span>Next: {next.text}</span>
      {next.href && next.href !== here ? (
        <Button component={Link} href={next.href} size="xs">
          {next.href.startsWith("/outages") ? "Open outage" : next.href === "/overview" ? "Open overview" : "Open device"}
        </Button>
      ) : null}
    </div>
  );
}
