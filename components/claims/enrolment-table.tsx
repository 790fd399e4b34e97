import Link from "next/link";
import { type DataColumn, DataTable, Sub } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import { Time } from "@/components/ui/time/time";
import type { ClaimRefusedView, EnrolmentView } from "@/lib/domain/claims/claim-view";
import { ENROLMENT_MARKS, KIND_WORDS } from "./claim-words";
import classes from "./claims.module.css";

export function EnrolmentTable({ enrolments, total }: { enrolments: readonly EnrolmentView[]; total: number }) {
  return (
    <Panel
      title="Devices that came by it"
      aside="newest first"
      flush
      footer={total > 0 ? `${enrolments.length.toLocaleString("en")} of ${total.toLocaleString("en")} shown` : undefined}
    >
      {enrolments.length > 0 ? (
        <DataTable caption="Devices that came by it" columns={ENROLMENTS} rows={enrolments} rowKey={({ id }) => id} />
      ) : (
        <EmptyState title="None yet">It appears here as soon as it has proved its key.</EmptyState>
      )}
    </Panel>
  );
}

const ENROLMENTS: DataColumn<EnrolmentView>[] = [
  {
    key: "device",
    head: "Device",
    cell: ({ device, name, serial, kind }) => (
      <>
        {device ? <Link href={`/devices/${device.id}`}>{device.name}</Link> : (name ?? serial ?? "not named yet")}
        <Sub>{KIND_WORDS[kind]}</Sub>
      </>
    ),
  },
  { key: "state", head: "Claim", tight: true, phone: "full", cell: ({ state }) => <StateMark {...ENROLMENT_MARKS[state]} /> },
  { key: "presence", head: "Device is", tight: true, phone: "end", cell: ({ device }) => (device ? <StateMark state={device.presence} /> : "–") },
  { key: "print", head: "Fingerprint", phone: "full", cell: ({ fingerprint }) => <span className={classes.print}>{fingerprint}</span> },
  { key: "at", head: "Since", tight: true, phone: "full", label: "since", cell: ({ createdAt }) => <Time at={createdAt} focusable /> },
];

export function RefusedTable({ refused }: { refused: readonly ClaimRefusedView[] }) {
  if (refused.length === 0) return null;
  return (
    <Panel title="Turned away" aside="the device was told the same" flush>
      <DataTable caption="Turned away" columns={REFUSED} rows={refused} rowKey={({ fingerprint, code }) => `${fingerprint} ${code}`} />
    </Panel>
  );
}

const REFUSED: DataColumn<ClaimRefusedView>[] = [
  {
    key: "why",
    head: "Why",
    cell: ({ message, code }) => (
      <>
        {message}
        <Sub>{code}</Sub>
      </>
    ),
  },
  { key: "who", head: "Fingerprint", phone: "full", cell: ({ fingerprint }) => <span className={classes.print}>{fingerprint}</span> },
  { key: "serial", head: "Serial number", phone: "full", label: "serial number", cell: ({ serial }) => serial ?? "–" },
  { key: "count", head: "Times", align: "end", tight: true, phone: "full", label: "times", cell: ({ count }) => count.toLocaleString("en") },
  { key: "at", head: "Last", tight: true, phone: "end", cell: ({ lastAt }) => <Time at={lastAt} focusable /> },
];
