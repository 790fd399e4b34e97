"use client";

import { Autocomplete, Select, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Dialog } from "@/components/ui/dialog";
import { FormFrame } from "@/components/ui/form-frame";
import { Note } from "@/components/ui/note";
import { startJob } from "@/lib/client/commands/jobs";
import { jobPreviewQuery } from "@/lib/client/queries/jobs";
import { profilesQuery, sitesQuery } from "@/lib/client/queries/sites";
import { useSession } from "@/lib/client/session";
import { type JobAction, type JobKind, jobActionSchema } from "@/lib/domain/jobs/job-action";
import type { JobPreview, JobTarget } from "@/lib/domain/jobs/job-view";
import { deviceCount } from "./job-words";

const WORDS: Record<JobKind, { title: string; submit: string; text?: string; typed?: boolean }> = {
  set_tag: { title: "Set a tag", submit: "Tag" },
  remove_tag: { title: "Remove a tag", submit: "Take the tag off" },
  move: { title: "Move to a site", submit: "Move" },
  set_profile: { title: "Set the profile", submit: "Set the profile of" },
  suspend: {
    title: "Suspend",
    submit: "Suspend",
    text: "All their tokens are taken back and their sessions are cut. They stay in the list and keep their history. To come back each needs a new token.",
    typed: true,
  },
  resume: { title: "Resume", submit: "Resume", text: "Suspended ones may connect again as soon as they get a new token: the old ones stay revoked." },
  retire: {
    title: "Retire",
    submit: "Retire",
    text: "Everything of them ends at once: tokens, sessions, content keys (destroyed), claims, alerts. Their history stays. This cannot be undone.",
    typed: true,
  },
  acknowledge: { title: "Acknowledge their alerts", submit: "Acknowledge alerts of", text: "Every alert of them that fires and that nobody has acknowledged." },
};

type Values = Record<"key" | "value" | "site" | "profile" | "comment", string>;

/** Undefined: not whole yet. */
function readAction(kind: JobKind, { site, ...values }: Values): JobAction | undefined {
  return jobActionSchema.safeParse({ kind, ...values, site: site.trim() === "" ? null : site }).data;
}

/** What a job would do is counted while one types; nothing is done before one has seen how many they are. */
export function JobDialog({ kind, target, onClose }: { kind: JobKind; target: JobTarget; onClose: () => void }) {
  const { fleet } = useSession();
  const router = useRouter();
  const client = useQueryClient();
  const [values, setValues] = useState<Values>({ key: "", value: "", site: "", profile: "", comment: "" });
  const [reason, setReason] = useState("");
  const [typed, setTyped] = useState("");
  const action = readAction(kind, values);
  const [settled] = useDebouncedValue(values, 250);
  const preview = useQuery(jobPreviewQuery(fleet.id, readAction(kind, settled), target));
  const counted = action !== undefined && settled === values && !preview.isPlaceholderData ? preview.data : undefined;
  const { title, submit, text, typed: asksForCount } = WORDS[kind];
  const ready = counted !== undefined && counted.devices > 0 && (!asksForCount || typed.replaceAll(",", "").trim() === String(counted.devices));
  const start = useMutation({
    mutationFn: (input: { action: JobAction; expectedDevices: number }) => startJob(fleet.id, { ...input, target, reason: reason.trim() }),
    onSuccess: async ({ jobId }) => {
      await client.invalidateQueries({ queryKey: [fleet.id, "jobs"] });
      onClose();
      router.push(`/jobs/${jobId}`);
    },
    // Somebody added or changed devices meanwhile: they are counted again.
    onError: () => void preview.refetch(),
  });
  return (
    <Dialog onClose={onClose} title={title} closeOnClickOutside={false}>
      <FormFrame
        submitLabel={counted ? `${submit} ${deviceCount(counted.devices)}` : submit}
        busy={start.isPending}
        disabled={!ready}
        danger={asksForCount === true}
        error={start.error ?? preview.error}
        onSubmit={(event) => {
          event.preventDefault();
          if (ready && action) start.mutate({ action, expectedDevices: counted.devices });
        }}
        onCancel={onClose}
      >
        {text ? <p>{text}</p> : null}
        <Fields kind={kind} values={values} onChange={(change) => setValues({ ...values, ...change })} />
        {kind === "acknowledge" ? null : (
          <TextInput
            label="Reason"
            description="Stays in the record."
            maxLength={200}
            autoComplete="off"
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        )}
        <div role="status" aria-live="polite">
          {counted ? <Counted {...counted} /> : action === undefined ? null : "Counting …"}
        </div>
        {asksForCount && counted ? (
          <TextInput
            label={`Type ${counted.devices.toLocaleString("en")} to confirm`}
            inputMode="numeric"
            autoComplete="off"
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        ) : null}
      </FormFrame>
    </Dialog>
  );
}

function Counted({ devices, change, unchanged, refused, needsApproval }: JobPreview) {
  return (
    <>
      <p>
        <b>{deviceCount(devices)}</b>: {change.toLocaleString("en")} will change{unchanged > 0 ? `, ${unchanged.toLocaleString("en")} are so already` : ""}
        {refused.map(({ why, devices: left }) => `, ${left.toLocaleString("en")} will be left: ${why}`)}
        {refused.length === 0 ? "." : ""}
      </p>
      {needsApproval ? (
        <Note tone="warn" mark="pending">
          This fleet asks for four eyes: the job waits until another admin approves it.
        </Note>
      ) : null}
    </>
  );
}

function Fields({ kind, values, onChange }: { kind: JobKind; values: Values; onChange: (change: Partial<Values>) => void }) {
  const { fleet } = useSession();
  const sites = useQuery({ ...sitesQuery(fleet.id), enabled: kind === "move" });
  const profiles = useQuery({ ...profilesQuery(fleet.id), enabled: kind === "set_profile" });
  const text = (name: keyof Values) => ({
    autoComplete: "off",
    value: values[name],
    onChange: (event: { currentTarget: HTMLInputElement }) => onChange({ [name]: event.currentTarget.value }),
  });
  if (kind === "set_tag" || kind === "remove_tag")
    return (
      <>
        <TextInput label="Tag" description="Up to 32 of a-z, 0-9, - and _." maxLength={32} required data-autofocus {...text("key")} />
        {kind === "set_tag" ? <TextInput label="Value" description="May be empty." maxLength={64} {...text("value")} /> : null}
      </>
    );
  if (kind === "move")
    return (
      <Autocomplete
        label="Site"
        description="Empty: at no site. A new name makes a new site."
        maxLength={80}
        data-autofocus
        data={sites.data?.items.map(({ name }) => name) ?? []}
        value={values.site}
        onChange={(site) => onChange({ site })}
      />
    );
  if (kind === "set_profile")
    return (
      <Select
        label="Profile"
        required
        data-autofocus
        data={profiles.data?.items.map(({ name }) => name) ?? []}
        value={values.profile || null}
        onChange={(profile) => onChange({ profile: profile ?? "" })}
      />
    );
  return kind === "acknowledge" ? <TextInput label="Comment" maxLength={500} data-autofocus {...text("comment")} /> : null;
}
