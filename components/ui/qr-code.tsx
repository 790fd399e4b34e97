"use client";

import { useQuery } from "@tanstack/react-query";
import classes from "./qr-code.module.css";

/** Drawn in this browser: the secret goes nowhere. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { data } = useQuery({
    queryKey: ["qr", text],
    queryFn: async () => {
      const { default: qrcode } = await import("qrcode");
      const { modules } = qrcode.create(text, { errorCorrectionLevel: "L" });
      return { size: modules.size, path: pathOf(modules.data, modules.size) };
    },
    staleTime: Number.POSITIVE_INFINITY,
    // Nothing of a secret stays behind when its dialog is closed.
    gcTime: 0,
  });
  return (
    <div className={classes.qr}>
      {data ? (
        <svg viewBox={`0 0 ${data.size} ${data.size}`} role="img" aria-label={label} shapeRendering="crispEdges">
          <path d={data.path} fill="#000" />
        </svg>
      ) : null}
    </div>
  );
}

/** Dark squares, run by run. */
function pathOf(bits: Uint8Array | readonly number[], size: number): string {
  let path = "";
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      if (!bits[y * size + x]) continue;
      const start = x;
      while (x < size && bits[y * size + x]) x++;
      path += `M${start} ${y}h${x - start}v1h${start - x}z`;
    }
  }
  return path;
}
