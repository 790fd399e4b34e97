"use client";

import { Button } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { Loaded } from "@/components/ui/loaded";
import { LoadingRows } from "@/components/ui/loading-rows";
import { Note } from "@/components/ui/note";
import { Panel } from "@/components/ui/panel";
import { StatStrip } from "@/components/ui/stat-strip";
import { Time } from "@/components/ui/time/time";
import type { GrantPreview } from "@/lib/domain/tokens/grant-answer";
import classes from "./grant-page.module.css";
import { GrantWarnings } from "./grant-warnings";
import { GrantWordsList } from "./grant-words-list";
import type { GrantDraft } from "./use-grant-draft";

interface GrantSummaryProps {
  preview: UseQueryResult<GrantPreview>;
  draft: GrantDraft;
  /** The holder is not named yet. */
  missing: boolean;
  busy: boolean;
  error: (Error & { hint?: string | undefined }) | null;
  onGrant: () => void;
}

/** The grant read back: in words, in exact numbers, with what speaks against it. */
export function GrantSummary({ preview, draft, missing, busy, error, onGrant }: GrantSummaryProps) {
  const told = preview.error ? undefined : preview.data;
  return (
    <div className={classes.summary}>
      <Panel title="In words" aside={told ? `${(told.tokenBytes / 1024).toFixed(1)} kB` : undefined}>
        <div className={classes.told}>
          {preview.error ? (
            <Refused error={preview.error} />
          ) : (
            <Loaded query={preview} what="grants" loading={<LoadingRows rows={4} />}>
              {(data) => <Told preview={data} draft={draft} />}
            </Loaded>
          )}
          {error ? <Refused error={error} /> : null}
          {missing ? (
            <p className={classes.hint}>{draft.holder.kind === "device" ? "Choose the device that holds it." : "Name the service that holds it."}</p>
          ) : null}
          <Button variant="filled" fullWidth loading={busy} disabled={missing || !told} onClick={onGrant}>
            {told && told.reasons.length > 0 ? "Ask a second admin" : "Create token, show secret once"}
          </Button>
        </div>
      </Panel>
    </div>
  );
}

function Told({ preview: { words, reach, warnings, expiresAt, holder, reasons }, draft }: { preview: GrantPreview; draft: GrantDraft }) {
  const named = holder.name === "unnamed" && draft.holder.service === "" ? "The holder" : holder.name;
  const query = draft.rows.find((row) => row.kind === "branch" && row.query.trim() !== "")?.query.trim();
  const href = query === undefined ? "/devices" : `/devices?q=${encodeURIComponent(query)}`;
  return (
    <>
      <p className={classes.sentence}>
        <strong>{named}</strong> can do this and nothing else. It ends <Time at={expiresAt} focusable />.
      </p>
      <GrantWordsList words={words} />
      <StatStrip
        label="What it reaches"
        stats={[
          { key: "devices", value: reach.devices, label: "Devices", href },
          { key: "read", value: reach.topicsRead, label: "Topics, read" },
          { key: "write", value: reach.topicsWrite, label: "Topics, write" },
        ]}
      />
      <GrantWarnings warnings={warnings} />
      {reasons.length > 0 ? <p className={classes.hint}>This fleet wants four eyes for it: another admin has to agree.</p> : null}
    </>
  );
}

function Refused({ error }: { error: Error & { hint?: string | undefined } }) {
  return (
    <Note tone="bad" mark="failed" role="alert">
      {error.message} {error.hint}
    </Note>
  );
}
