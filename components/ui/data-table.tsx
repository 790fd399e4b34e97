import type { ReactNode } from "react";
import classes from "./data-table.module.css";
import { TABLE_ROLES } from "./table-roles";

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

/** A table up to a few hundred rows. */
export function DataTable<Row>({ caption, columns, rows, rowKey }: DataTableProps<Row>) {
  return (
    <div className={classes.wrap}>
      <table className={classes.table} {...TABLE_ROLES.table}>
        <caption className="visually-hidden">{caption}</caption>
        <thead {...TABLE_ROLES.group}>
          <tr {...TABLE_ROLES.row}>
            {columns.map(({ key, head, align }) => (
              <th key={key} {...TABLE_ROLES.head} scope="col" data-align={align}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody {...TABLE_ROLES.group}>
          {rows.map((row) => (
            <tr key={rowKey(row)} {...TABLE_ROLES.row}>
              {columns.map(({ key, cell, align, tight, phone, label }) => (
                <td key={key} {...TABLE_ROLES.cell} data-align={align} data-tight={tight ? "" : undefined} data-phone={phone} data-label={label}>
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

/** The buttons of a row. */
export function RowActions({ children }: { children: ReactNode }) {
  return <span className={classes.actions}>{children}</span>;
}

/** Second line of a cell. */
export function Sub({ children }: { children: ReactNode }) {
  return <span className={classes.sub}>{children}</span>;
}
