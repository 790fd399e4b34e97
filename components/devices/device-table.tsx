"use client";

import { useTable } from "@tanstack/react-table";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { Icon } from "@/components/ui/icon";
import { TABLE_ROLES } from "@/components/ui/table-roles";
import type { DeviceRow } from "@/lib/domain/devices/device-view";
import { chooseColumn, deviceColumns, deviceTableFeatures, SORT_OF } from "./device-columns";
import type { DeviceSort } from "./device-search";
import classes from "./device-table.module.css";
import { useRowKeys } from "./use-row-keys";

interface DeviceTableProps {
  rows: DeviceRow[];
  total: number;
  sort: DeviceSort;
  onSort: (sort: DeviceSort) => void;
  /** The last loaded row came into view. */
  onEnd: () => void;
  hold: object;
  foot: ReactNode;
  /** Rows can be chosen. */
  choosing: boolean;
}

const choosingColumns = [chooseColumn, ...deviceColumns];

/** Thousands of rows, a few dozen of them in the page. */
export function DeviceTable({ rows, total, sort, onSort, onEnd, hold, foot, choosing }: DeviceTableProps) {
  const table = useTable({ features: deviceTableFeatures, columns: choosing ? choosingColumns : deviceColumns, data: rows, getRowId: ({ id }) => id });
  const body = useRef<HTMLTableSectionElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop(body.current ? body.current.getBoundingClientRect().top + scrollY : 0), []);
  const models = table.getRowModel().rows;
  const virtualizer = useWindowVirtualizer({
    count: models.length,
    estimateSize: () => (innerWidth <= 760 ? 104 : 50),
    overscan: 8,
    scrollMargin: top,
    getItemKey: (index) => models[index]?.id ?? index,
  });
  const visible = virtualizer.getVirtualItems();
  const last = visible.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - 20) onEnd();
  }, [last, rows.length, onEnd]);
  useRowKeys(body, rows.length, (index) => virtualizer.scrollToIndex(index));
  const [group] = table.getHeaderGroups();
  return (
    <div className={classes.frame} {...hold}>
      <table className={classes.table} {...TABLE_ROLES.table} aria-label="Devices" data-choosing={choosing ? "" : undefined} aria-rowcount={total + 1}>
        <thead {...TABLE_ROLES.group}>
          <tr {...TABLE_ROLES.row} className={classes.head} aria-rowindex={1}>
            {group?.headers.map((header) => (
              <th key={header.id} {...TABLE_ROLES.head} scope="col" data-column={header.id} aria-sort={sortOf(header.id, sort)}>
                <SortHead id={header.id} sort={sort} onSort={onSort}>
                  <table.FlexRender header={header} />
                </SortHead>
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body} {...TABLE_ROLES.group} className={classes.rows} style={{ height: virtualizer.getTotalSize() }}>
          {visible.map(({ key, index, start }) => {
            const row = models[index];
            if (!row) return null;
            return (
              <tr
                key={key}
                ref={virtualizer.measureElement}
                data-index={index}
                className={classes.row}
                {...TABLE_ROLES.row}
                aria-rowindex={index + 2}
                style={{ transform: `translateY(${start - virtualizer.options.scrollMargin}px)` }}
              >
                {row.getAllCells().map((cell) => (
                  <td key={cell.id} className={classes.cell} {...TABLE_ROLES.cell} data-column={cell.column.id}>
                    <table.FlexRender cell={cell} />
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
      {foot}
    </div>
  );
}

function sortOf(column: string, sort: DeviceSort): "ascending" | "descending" | "other" | undefined {
  const orders = SORT_OF[column];
  if (!orders?.includes(sort)) return undefined;
  return sort === "attention" ? "other" : sort.startsWith("-") ? "descending" : "ascending";
}

function SortHead({ id, sort, onSort, children }: { id: string; sort: DeviceSort; onSort: (sort: DeviceSort) => void; children: ReactNode }) {
  const orders = SORT_OF[id];
  if (!orders) return children;
  const [first, second] = orders;
  const active = orders.includes(sort);
  return (
    <button type="button" className={classes.sort} onClick={() => onSort(sort === first ? second : first)}>
      {children}
      {active ? <Icon name={sort.startsWith("-") ? "up" : "down"} size={12} /> : null}
      {sort === "attention" && active ? <span className="visually-hidden">, worst first</span> : null}
    </button>
  );
}
