"use client";

import { FileInput, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Dialog } from "@/components/ui/dialog";
import { FormFrame } from "@/components/ui/form-frame";
import { Note } from "@/components/ui/note";
import { placeSites } from "@/lib/client/commands/sites";
import { useSession } from "@/lib/client/session";
import { type PlaceResult, readPlaces } from "@/lib/domain/devices/site-places";

const NAMED = 5;

/** Places of many sites at once: checked first, then written; what cannot be read is told with its line. */
export function PlacesDialog({ onClose }: { onClose: () => void }) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const [text, setText] = useState("");
  const { rows, refused, problem } = readPlaces(text.trim() === "" ? "name,latitude,longitude" : text);
  const send = useMutation({
    mutationFn: (dryRun: boolean) => placeSites(fleet.id, { rows, dryRun }),
    onSuccess: async (answer) => {
      if (answer.dryRun) return;
      await client.invalidateQueries({ queryKey: [fleet.id] });
      onClose();
    },
  });
  const checked = send.data;
  const change = (next: string) => {
    send.reset();
    setText(next);
  };
  return (
    <Dialog onClose={onClose} title="Places from a file" size="lg" closeOnClickOutside={false}>
      <FormFrame
        submitLabel={checked ? `Place ${rows.length.toLocaleString("en")} ${rows.length === 1 ? "site" : "sites"}` : "Check"}
        busy={send.isPending}
        error={send.error ?? (problem === undefined ? null : { message: problem })}
        onSubmit={(event) => {
          event.preventDefault();
          if (problem === undefined && rows.length > 0) send.mutate(!checked);
        }}
        onCancel={onClose}
      >
        <FileInput label="A CSV file" placeholder="Choose a file" accept=".csv,text/csv" clearable onChange={(file) => void file?.text().then(change)} />
        <Textarea
          label="Or its text"
          description="Columns name, latitude, longitude, in degrees. A site that is new is added; sent again it changes nothing."
          placeholder={"name,latitude,longitude\nHarbour,53.546,9.966"}
          autosize
          minRows={5}
          maxRows={12}
          spellCheck={false}
          value={text}
          onChange={(event) => change(event.currentTarget.value)}
        />
        {refused.length > 0 ? (
          <Note tone="warn" mark="failed">
            {refused.length === 1 ? "A line is" : `${refused.length} lines are`} left out. {refused.slice(0, NAMED).map(lineText).join(" ")}
          </Note>
        ) : null}
        {checked ? (
          <Note tone="sleep" mark="info" role="status">
            {summaryText(checked.rows)}
          </Note>
        ) : null}
      </FormFrame>
    </Dialog>
  );
}

const lineText = ({ line, detail }: PlaceResult) => `Line ${line}: ${detail}`;

function summaryText(results: readonly PlaceResult[]): string {
  const count = (outcome: PlaceResult["outcome"]) => results.filter((one) => one.outcome === outcome).length;
  return `${count("added")} to add, ${count("placed")} to place anew, ${count("unchanged")} there already.`;
}
