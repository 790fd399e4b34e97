import { useCallback, useRef, useState } from "react";
import { type HeldRows, holdOrder } from "./hold-order";

interface Held<Row> extends HeldRows<Row> {
  /** Takes the fresh order over. */
  apply: () => void;
  /** To be put on the list: the order is held while pointer or focus is in it. */
  hold: { onPointerEnter: () => void; onPointerLeave: () => void; onFocus: () => void; onBlur: () => void };
}

/** Keeps rows in place while somebody is among them. `key` is the search: another one starts afresh. */
export function useHeldRows<Row extends { id: string }>(fresh: readonly Row[], key: string): Held<Row> {
  const shown = useRef<{ key: string; rows: readonly Row[] }>({ key, rows: fresh });
  const inside = useRef({ pointer: false, focus: false });
  const [, renew] = useState(0);
  const held = shown.current.key === key && (inside.current.pointer || inside.current.focus);
  const result: HeldRows<Row> = held ? holdOrder(shown.current.rows, fresh) : { rows: [...fresh], waiting: 0 };
  shown.current = { key, rows: result.rows };
  const set = useCallback((part: "pointer" | "focus", value: boolean) => {
    inside.current[part] = value;
  }, []);
  return {
    ...result,
    apply: () => {
      shown.current = { key, rows: fresh };
      renew((count) => count + 1);
    },
    hold: {
      onPointerEnter: () => set("pointer", true),
      onPointerLeave: () => set("pointer", false),
      onFocus: () => set("focus", true),
      onBlur: () => set("focus", false),
    },
  };
}
