import { type DataColumn, DataTable, Sub } from "@/components/ui/data-table";
import { StateMark } from "@/components/ui/state-mark";
import { Time } from "@/components/ui/time/time";
import { type StateValueView, shownValue } from "@/lib/domain/device-state/state-view";
import classes from "./device-state.module.css";
import { STATUS_MARKS } from "./state-words";

/** One line a value: what is desired and by whom, what is reported, and since when they agree or differ. */
export function StateTable({ values, profile }: { values: readonly StateValueView[]; profile: string }) {
  return <DataTable caption="Desired and reported state, value by value" columns={columnsOf(profile)} rows={values} rowKey={({ path }) => path} />;
}

const columnsOf = (profile: string): readonly DataColumn<StateValueView>[] => [
  { key: "path", head: "Value", cell: ({ path }) => <code>{path}</code> },
  {
    key: "desired",
    head: "Desired",
    phone: "full",
    label: "Desired",
    cell: ({ desired, source }) => (
      <>
        <span className={classes.value}>{shownValue(desired)}</span>
        {source === null ? null : <Sub>{source === "device" ? "of this device" : `by profile ${profile}`}</Sub>}
      </>
    ),
  },
  {
    key: "reported",
    head: "Reported",
    phone: "full",
    label: "Reported",
    cell: ({ reported, status }) => (
      <span className={`${classes.value} ${status === null || status === "in_sync" ? "" : classes.differs}`}>{shownValue(reported)}</span>
    ),
  },
  {
    key: "status",
    head: "Status",
    phone: "full",
    cell: ({ status, since, error }) =>
      status === null || since === null ? (
        <span className={classes.quiet}>not desired</span>
      ) : (
        <>
          <StateMark {...STATUS_MARKS[status]} />
          <Sub>
            <Time at={since} form="since" focusable />
          </Sub>
          {error === null ? null : <Sub>{error}</Sub>}
        </>
      ),
  },
];
