"use client";

import { Button, NumberInput, Select } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { FieldPair } from "@/components/ui/form-frame";
import { Note } from "@/components/ui/note";
import { saveFile } from "@/components/ui/save-file";
import { DEFAULT_LAYOUT, LABEL_LAYOUT_NAMES, LABEL_LAYOUTS, type LabelLayoutName } from "@/lib/domain/claims/label-layouts";
import type { ClaimLabel } from "@/lib/domain/claims/label-sheet";
import classes from "./claims.module.css";

interface LabelDownloadProps {
  labels: readonly ClaimLabel[];
  /** For one code that many devices use: how many labels of it, at most. */
  copies?: number;
  fleet: string;
  name: string;
  expiresAt: string;
}

/** Drawn in this browser, as the QR codes are: the codes go nowhere. */
export function LabelDownload({ labels, copies, fleet, name, expiresAt }: LabelDownloadProps) {
  const [layout, setLayout] = useState<LabelLayoutName>(DEFAULT_LAYOUT);
  const [skip, setSkip] = useState(0);
  const { columns, rows } = LABEL_LAYOUTS[layout];
  const [count, setCount] = useState(Math.min(copies ?? 1, columns * rows));
  const printed = copies === undefined ? labels : labels.flatMap((label) => Array.from({ length: count }, () => label));
  const file = `labels-${name.replace(/[^A-Za-z0-9]+/g, "-").toLowerCase()}`;
  const draw = useMutation({
    mutationFn: async () => {
      const { labelSheet } = await import("@/lib/domain/claims/label-sheet");
      saveFile(`${file}.pdf`, new Uint8Array(await labelSheet({ labels: printed, fleet, name, expiresAt, layout, skip })), "application/pdf");
    },
  });
  const saveCsv = async () => {
    const { labelCsv } = await import("@/lib/domain/claims/label-sheet");
    saveFile(`${file}.csv`, labelCsv({ labels, expiresAt }), "text/csv");
  };
  const sheets = Math.ceil((printed.length + skip) / (columns * rows));
  return (
    <div className={classes.words}>
      <FieldPair>
        <Select
          label="Sheet"
          description="A4. Print at 100 %, not fitted to the page."
          allowDeselect={false}
          data={LABEL_LAYOUT_NAMES.map((value) => ({ value, label: `${value.replace("x", " x ")}: ${LABEL_LAYOUTS[value].words}` }))}
          value={layout}
          onChange={(value) => setLayout(LABEL_LAYOUT_NAMES.find((known) => known === value) ?? DEFAULT_LAYOUT)}
        />
        {copies === undefined ? null : (
          <NumberInput
            label="Labels"
            description="All with the same code."
            min={1}
            max={Math.min(copies, 1_000)}
            value={count}
            onChange={(value) => setCount(Math.max(1, Number(value) || 1))}
          />
        )}
        <NumberInput
          label="Used labels"
          description="Gone from the first sheet."
          min={0}
          max={columns * rows - 1}
          value={skip}
          onChange={(value) => setSkip(Math.min(columns * rows - 1, Math.max(0, Number(value) || 0)))}
        />
      </FieldPair>
      {draw.error ? (
        <Note tone="bad" mark="failed" role="alert">
          The labels could not be drawn: {draw.error.message}
        </Note>
      ) : null}
      <div className={classes.actions}>
        <Button variant="filled" loading={draw.isPending} onClick={() => draw.mutate()}>
          Labels, PDF ({sheets} {sheets === 1 ? "sheet" : "sheets"})
        </Button>
        <Button onClick={() => void saveCsv()}>CSV</Button>
      </div>
    </div>
  );
}
