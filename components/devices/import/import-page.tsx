"use client";

import { Button, FileButton } from "@mantine/core";
import { NoPermission } from "@/components/ui/no-permission";
import { Note } from "@/components/ui/note";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { PageTitle } from "@/lib/client/page-title";
import { useSession } from "@/lib/client/session";
import { countOutcomes } from "@/lib/domain/devices/import-row";
import { rolesWith } from "@/lib/domain/members/permissions";
import classes from "./import-page.module.css";
import { ImportResults } from "./import-results";
import { type ImportStage, useDeviceImport, type Walking } from "./use-device-import";

/** Many devices at once, from a file. */
export function ImportPage() {
  const { fleet, can } = useSession();
  const { stage, choose, importAll, goOn, startAgain } = useDeviceImport(fleet.id);
  const answer = headline(stage);
  return (
    <div className={classes.page}>
      <PageTitle answer={answer} />
      <PageHead answer={answer} why="Checked first, row by row; nothing is written before you say so. The same file a second time changes nothing." />
      {can("devices:write") ? (
        <>
          {stage.kind === "choosing" ? <Choose problem={stage.problem} onChoose={(file) => void choose(file)} /> : null}
          {stage.kind === "checking" || stage.kind === "importing" ? <Progress stage={stage} onStop={startAgain} /> : null}
          {stage.kind === "stopped" ? (
            <Note tone="bad" mark="failed" role="alert" action={<Button onClick={() => void goOn()}>Go on</Button>}>
              {stage.message} {stage.done.length.toLocaleString("en")} of {stage.file.rows.length.toLocaleString("en")} rows are{" "}
              {stage.while === "checking" ? "checked" : "imported"}; going on takes up at the next one.
            </Note>
          ) : null}
          {stage.kind === "checked" || stage.kind === "imported" ? (
            <ImportResults stage={stage} onImport={() => void importAll()} onStartAgain={startAgain} />
          ) : null}
        </>
      ) : (
        <NoPermission framed what="importing devices" role={fleet.role} needs={rolesWith("devices:write")} />
      )}
    </div>
  );
}

function headline(stage: ImportStage): string {
  if (stage.kind === "choosing" || stage.kind === "stopped") return "Import devices";
  if (!("results" in stage)) return `${stage.kind === "checking" ? "Checking" : "Importing"} ${stage.name}`;
  const { added, changed, refused } = countOutcomes(stage.results);
  const parts = [
    `${added.toLocaleString("en")} new`,
    `${changed.toLocaleString("en")} changed`,
    ...(refused > 0 ? [`${refused.toLocaleString("en")} refused`] : []),
  ];
  return stage.kind === "checked" ? `This would be: ${parts.join(", ")}` : `Imported: ${parts.join(", ")}`;
}

function Choose({ problem, onChoose }: { problem: string | undefined; onChoose: (file: File | null) => void }) {
  return (
    <Panel title="A file of devices" aside="CSV or JSON Lines, up to 50,000 rows">
      <div className={classes.choose}>
        {problem ? (
          <Note tone="bad" mark="failed" role="alert">
            {problem}
          </Note>
        ) : null}
        <p>
          A column <code>name</code>, and if you like <code>site</code>, <code>profile</code>, <code>note</code> and <code>tag:KEY</code>. An empty cell leaves
          what is there. A site that does not exist is made; a profile has to exist. What the list of devices exports can be read again.
        </p>
        <pre className={classes.sample}>{"name,site,profile,tag:line\npump-7f3a,Bristol Reservoir,pump,cold"}</pre>
        <p>Devices are added without a token: they get one by a claim, or by a grant on their page.</p>
        <FileButton onChange={onChoose} accept=".csv,.jsonl,.ndjson,text/csv,application/jsonl" inputProps={{ "aria-label": "File of devices" }}>
          {(props) => (
            <Button variant="filled" className={classes.button} {...props}>
              Choose a file
            </Button>
          )}
        </FileButton>
      </div>
    </Panel>
  );
}

function Progress({ stage, onStop }: { stage: Walking; onStop: () => void }) {
  const { file, done, kind } = stage;
  const total = file.rows.length;
  return (
    <Panel title={kind === "checking" ? "Checking" : "Importing"} end={<Button onClick={onStop}>Stop</Button>}>
      <div className={classes.choose}>
        <progress className={classes.progress} max={Math.max(total, 1)} value={done} aria-label="Rows done" />
        <p role="status">
          {done.toLocaleString("en")} of {total.toLocaleString("en")} rows. {kind === "importing" ? "What is done stays done." : "Nothing is written."}
        </p>
      </div>
    </Panel>
  );
}
