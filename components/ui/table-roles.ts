/**
 * Roles of a native table, written out: a changed `display` (cards on a phone, rows placed freely) drops them in some
 * browsers. Spread onto the elements.
 */
export const TABLE_ROLES = {
  table: { role: "table" },
  group: { role: "rowgroup" },
  row: { role: "row" },
  head: { role: "columnheader" },
  cell: { role: "cell" },
} as const;
