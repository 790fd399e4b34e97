import Link from "next/link";
import { type DataColumn, DataTable, Sub } from "@/components/ui/data-table";
import { StateMark } from "@/components/ui/state-mark";
import { Time } from "@/components/ui/time/time";
import type { PostureRow } from "@/lib/domain/posture/posture-view";
import { PROOF_REASONS } from "@/lib/domain/posture/proof";
import classes from "./posture.module.css";
import { findingName, PROOF_MARKS, VERDICT_MARKS } from "./posture-words";

export function PostureTable({ rows }: { rows: readonly PostureRow[] }) {
  return <DataTable caption="Devices, and whether they proved zero inbound ports" columns={COLUMNS} rows={rows} rowKey={({ id }) => id} />;
}

const SHOWN = 3;

const COLUMNS: DataColumn<PostureRow>[] = [
  {
    key: "name",
    head: "Device",
    cell: (row) => (
      <>
        <Link href={`/devices/${row.id}`}>{row.name}</Link>
        <Sub>{[row.site?.name, row.profile.name].filter(Boolean).join(", ")}</Sub>
      </>
    ),
  },
  {
    key: "state",
    head: "Proof",
    tight: true,
    phone: "end",
    cell: (row) => (
      <>
        <StateMark {...PROOF_MARKS[row.state]} />
        {row.since ? (
          <Sub>
            <Time at={row.since} form="since" />
          </Sub>
        ) : null}
      </>
    ),
  },
  { key: "why", head: "Why", phone: "full", cell: (row) => <Why row={row} /> },
  {
    key: "reported",
    head: "Reported",
    tight: true,
    phone: "full",
    label: "reported",
    cell: (row) => (row.reportedAt ? <Time at={row.reportedAt} focusable /> : "never"),
  },
];

function Why({ row: { state, findings } }: { row: PostureRow }) {
  return (
    <>
      {PROOF_REASONS[state]}
      {findings.length > 0 ? (
        <ul className={classes.findings}>
          {findings.slice(0, SHOWN).map((finding) => (
            <li key={`${finding.kind} ${finding.what}`}>
              <StateMark {...VERDICT_MARKS[finding.verdict]} bare />
              <span>
                <code>{findingName(finding)}</code> <span className={classes.quiet}>{VERDICT_MARKS[finding.verdict].word.toLowerCase()}</span>
              </span>
            </li>
          ))}
          {findings.length > SHOWN ? <li>and {findings.length - SHOWN} more</li> : null}
        </ul>
      ) : null}
    </>
  );
}
