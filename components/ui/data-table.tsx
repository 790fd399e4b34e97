import type { ReactNode } from "react";
import classes from "./data-table.module.css";

export interface DataColumn<Row> {
  key: string;
  head: ReactNode;
  cell: (row: Row) => ReactNode;
  align?: "end";
  /** Never wrapped: times, counts, states. */
  tight?: boolean;
  /** Place in the card that a row becomes below 760 px. `label` there stands before the value. */
  phone?: "full" | "end" | "skip";
  label?: string;
}

interface DataTableProps<Row> {
  caption: string;
  columns: readonly DataColumn<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
}

/** Written out because CSS turns the table into cards on a phone, and a changed `display` drops the native roles. */
const TABLE = { role: "table" };
const GROUP = { role: "rowgroup" };
const ROW = { role: "row" };
const HEAD = { role: "columnheader" };
const CELL = { role: "cell" };

/** A table up to a few hundred rows. */
export function DataTable<Row>({ caption, columns, rows, rowKey }: DataTableProps<Row>) {
  return (
    <div className={classes.wrap}>
      <table className={classes.table} {...TABLE}>
        <caption className="visually-hidden">{caption}</caption>
        <thead {...GROUP}>
          <tr {...ROW}>
            {columns.map(({ key, head, align }) => (
              <th key={key} {...HEAD} scope="col" data-align={align}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody {...GROUP}>
          {rows.map((row) => (
            <tr key={rowKey(row)} {...ROW}>
              {columns.map(({ key, cell, align, tight, phone, label }) => (
                <td key={key} {...CELL} data-align={align} data-tight={tight ? "" : undefined} data-phone={phone} data-label={label}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Second line of a cell. */
export function Sub({ children }: { children: ReactNode }) {
  return <span className={classes.sub}>{children}</span>;
}
