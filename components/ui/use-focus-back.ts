import { useEffect } from "react";

const OPEN = "[role=dialog][aria-modal=true]";
/** What had the focus before the first of a chain of dialogs (a form, then what it made) came up. */
let opener: Element | null = null;

function remember(): void {
  const focused = document.activeElement;
  if (focused && focused !== document.body && !focused.closest("[role=dialog]")) opener = focused;
}

/** When the last of the chain is gone, the focus goes back there; to the page when that is gone too (an item of a menu). */
function giveBack(): void {
  if (document.querySelector(OPEN) !== null) return;
  const target = opener?.isConnected ? opener : document.getElementById("page");
  opener = null;
  if (target instanceof HTMLElement) target.focus();
}

/** For overlays that are open while they are mounted: Mantine gives the focus back only when `opened` turns false. */
export function useFocusBack(): void {
  useEffect(() => {
    remember();
    return () => void setTimeout(giveBack);
  }, []);
}
