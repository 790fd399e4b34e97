import { useEffect } from "react";

const SCHEME = "data-mantine-color-scheme";

/** Paper is white: while the page is printed it is drawn in the light scheme, whatever is chosen. */
export function usePrintLight(): void {
  useEffect(() => {
    const root = document.documentElement;
    let chosen: string | null = null;
    const before = () => {
      chosen = root.getAttribute(SCHEME);
      root.setAttribute(SCHEME, "light");
    };
    const after = () => {
      if (chosen !== null) root.setAttribute(SCHEME, chosen);
    };
    window.addEventListener("beforeprint", before);
    window.addEventListener("afterprint", after);
    return () => {
      window.removeEventListener("beforeprint", before);
      window.removeEventListener("afterprint", after);
    };
  }, []);
}
