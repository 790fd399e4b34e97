/** Sheets of labels on A4, measured in millimetres as their makers give them. */
export interface LabelLayout {
  words: string;
  columns: number;
  rows: number;
  /** Of one label. */
  width: number;
  height: number;
  /** From the left and upper edge of the paper to the first label. */
  left: number;
  top: number;
  /** From one label to the next. */
  gapX: number;
  gapY: number;
}

export const A4 = { width: 210, height: 297 } as const;

export const LABEL_LAYOUTS = {
  "2x7": { words: "14 labels, 99.1 x 38.1 mm (L7163)", columns: 2, rows: 7, width: 99.1, height: 38.1, left: 4.65, top: 15.15, gapX: 2.5, gapY: 0 },
  "3x7": { words: "21 labels, 63.5 x 38.1 mm (L7160)", columns: 3, rows: 7, width: 63.5, height: 38.1, left: 7.25, top: 15.15, gapX: 2.5, gapY: 0 },
  "3x8": { words: "24 labels, 70 x 37 mm, no margins (3474)", columns: 3, rows: 8, width: 70, height: 37, left: 0, top: 0.5, gapX: 0, gapY: 0 },
  "4x12": { words: "48 labels, 45.7 x 21.2 mm (L4736)", columns: 4, rows: 12, width: 45.7, height: 21.2, left: 9.7, top: 21.3, gapX: 2.6, gapY: 0 },
} as const satisfies Record<string, LabelLayout>;

export type LabelLayoutName = keyof typeof LABEL_LAYOUTS;
export const LABEL_LAYOUT_NAMES = Object.keys(LABEL_LAYOUTS) as LabelLayoutName[];
export const DEFAULT_LAYOUT: LabelLayoutName = "3x8";

/** Where label number `index` (from 0) stands: its sheet, and its upper left corner in millimetres from that of the paper. */
export function placeOf(layout: LabelLayout, index: number): { sheet: number; x: number; y: number } {
  const perSheet = layout.columns * layout.rows;
  const place = index % perSheet;
  return {
    sheet: Math.floor(index / perSheet),
    x: layout.left + (place % layout.columns) * (layout.width + layout.gapX),
    y: layout.top + Math.floor(place / layout.columns) * (layout.height + layout.gapY),
  };
}
