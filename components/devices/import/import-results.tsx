"use client";

import { Button } from "@mantine/core";
import Link from "next/link";
import { type DataColumn, DataTable } from "@/components/ui/data-table";
import { Note } from "@/components/ui/note";
import { Panel } from "@/components/ui/panel";
import { StatStrip } from "@/components/ui/stat-strip";
import { countOutcomes, type ImportResult } from "@/lib/domain/devices/import-row";
import classes from "./import-page.module.css";
import type { Walked } from "./use-device-import";

const SHOWN = 200;

const COLUMNS: DataColumn<ImportResult>[] = [
  { key: "line", head: "Line", align: "end", tight: true, cell: ({ line }) => line.toLocaleString("en"), phone: "end" },
  { key: "name", head: "Device", cell: ({ name }) => name || "without a name" },
  { key: "outcome", head: "Outcome", tight: true, cell: ({ outcome }) => outcome },
  { key: "detail", head: "Why, or what", cell: ({ detail }) => detail, phone: "full" },
];

/** What each row would do, or did: what is refused first, since that is what has to be mended. */
export function ImportResults({ stage, onImport, onStartAgain }: { stage: Walked; onImport: () => void; onStartAgain: () => void }) {
  const { results, file, kind } = stage;
  const counts = countOutcomes(results);
  const doing = counts.added + counts.changed;
  const telling = results.filter(({ outcome }) => outcome !== "unchanged");
  const ordered = [...telling.filter(({ outcome }) => outcome === "refused"), ...telling.filter(({ outcome }) => outcome !== "refused")];
  return (
    <>
      {file.ignored.length > 0 ? (
        <Note tone="warn" mark="pending">
          Left aside, as they say nothing here: {file.ignored.join(", ")}.
        </Note>
      ) : null}
      <StatStrip
        label="Rows by outcome"
        stats={[
          { key: "added", value: counts.added, label: kind === "checked" ? "would be added" : "added" },
          { key: "changed", value: counts.changed, label: kind === "checked" ? "would change" : "changed" },
          { key: "unchanged", value: counts.unchanged, label: "as they are" },
          { key: "refused", value: counts.refused, label: "refused" },
        ]}
      />
      <div className={classes.actions}>
        {kind === "checked" ? (
          <>
            <Button variant="filled" disabled={doing === 0} onClick={onImport}>
              Import {doing.toLocaleString("en")} {doing === 1 ? "device" : "devices"}
            </Button>
            <Button onClick={onStartAgain}>Choose another file</Button>
          </>
        ) : (
          <>
            <Button variant="filled" component={Link} href="/devices?sort=name">
              Show devices
            </Button>
            <Button onClick={onStartAgain}>Import another file</Button>
          </>
        )}
      </div>
      {ordered.length > 0 ? (
        <Panel
          title="Row by row"
          aside="what is refused first"
          flush
          footer={`${Math.min(SHOWN, ordered.length).toLocaleString("en")} of ${ordered.length.toLocaleString("en")} shown`}
        >
          <DataTable caption="What each row does" columns={COLUMNS} rows={ordered.slice(0, SHOWN)} rowKey={({ line }) => String(line)} />
        </Panel>
      ) : null}
    </>
  );
}
