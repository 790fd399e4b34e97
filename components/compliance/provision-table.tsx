import Link from "next/link";
import { type DataColumn, DataTable, Sub } from "@/components/ui/data-table";
import { StateMark } from "@/components/ui/state-mark";
import type { JudgedProvision } from "@/lib/domain/compliance/pack";
import classes from "./compliance.module.css";
import { COMPLIANCE_MARKS } from "./compliance-words";

export function ProvisionTable({ standard, rows }: { standard: string; rows: readonly JudgedProvision[] }) {
  return <DataTable caption={`Provisions of ${standard}, and the evidence for them`} columns={COLUMNS} rows={rows} rowKey={({ number }) => number} />;
}

const COLUMNS: DataColumn<JudgedProvision>[] = [
  {
    key: "provision",
    head: "Provision",
    phone: "full",
    cell: ({ number, v3, clause, demand, text }) => (
      <div className={classes.provision}>
        <span>
          <b>{number}</b>
          {v3 ? ` (V3.1.3: ${v3})` : ""}
          {demand === "capability" ? "" : `, ${demand}`}
        </span>
        <span>{text}</span>
        {demand === "capability" ? null : <Sub>{clause}</Sub>}
      </div>
    ),
  },
  { key: "state", head: "Evidence", tight: true, phone: "full", cell: ({ state }) => <StateMark {...COMPLIANCE_MARKS[state]} /> },
  {
    key: "figures",
    head: "What is seen",
    phone: "full",
    cell: ({ evidence, beyond }) => (
      <ul className={classes.evidence}>
        {evidence.map(({ text, href }) => (
          <li key={text}>{href ? <Link href={href}>{text}</Link> : text}</li>
        ))}
        {beyond ? <li className={classes.beyond}>{beyond}</li> : null}
      </ul>
    ),
  },
];
