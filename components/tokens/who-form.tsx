"use client";

import { SegmentedControl, Select, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { deviceQuery, deviceSearchQuery } from "@/lib/client/queries/devices";
import { topics, UP_KINDS } from "@/lib/protocol/topics";
import classes from "./who-form.module.css";

interface Question {
  topic: string;
  action: "publish" | "subscribe";
}

/** What is below a device, as it is asked for; commands by a name that stands for any. */
const BELOW = [
  ...UP_KINDS.map((kind) => (kind === "command" ? "up/command/any" : `up/${kind}`)),
  "down/state",
  "down/key",
  "down/update",
  "down/command/any",
  "presence",
];
const WAIT_MS = 300;

/** A topic, by hand or put together from a device and a branch of it. Both write the same text. */
export function WhoForm({ fleetId, question, onAsk }: { fleetId: string; question: Question; onAsk: (next: Partial<Question>) => void }) {
  const relative = question.topic.replace(topics.liveAll(fleetId).replace("live/#", ""), "");
  const [device = "", ...rest] = relative.split("/");
  const below = rest.join("/");
  return (
    <search className={classes.form} aria-label="Topic">
      <SegmentedControl
        aria-label="May"
        value={question.action}
        onChange={(action) => onAsk({ action: action as Question["action"] })}
        data={[
          { value: "subscribe", label: "read" },
          { value: "publish", label: "write" },
        ]}
      />
      <DevicePicker fleetId={fleetId} deviceId={device} onPick={(id) => onAsk({ topic: `${id}/${below || "up/telemetry"}` })} />
      <Select
        label="Branch"
        placeholder="Any"
        data={BELOW}
        value={BELOW.includes(below) ? below : null}
        onChange={(branch) => branch && onAsk({ topic: `${device || "+"}/${branch}` })}
      />
      <TopicInput key={relative} topic={relative} onAsk={(topic) => onAsk({ topic })} />
    </search>
  );
}

/** Written to the address when typing pauses or Enter says so. */
function TopicInput({ topic, onAsk }: { topic: string; onAsk: (topic: string) => void }) {
  const [text, setText] = useState(topic);
  return (
    <TextInput
      className={classes.topic}
      label="Topic or filter"
      description="Below sp/v1/ and this fleet"
      placeholder="+/up/telemetry"
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => text !== topic && onAsk(text.trim())}
      onKeyDown={(event) => event.key === "Enter" && onAsk(text.trim())}
      data-search=""
      spellCheck={false}
      autoComplete="off"
    />
  );
}

function DevicePicker({ fleetId, deviceId, onPick }: { fleetId: string; deviceId: string; onPick: (id: string) => void }) {
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed, WAIT_MS);
  const named = deviceId.startsWith("dev_");
  const chosen = useQuery({ ...deviceQuery(fleetId, deviceId), enabled: named, refetchInterval: false });
  const found = useQuery(deviceSearchQuery(fleetId, search));
  const options = new Map((found.data?.items ?? []).map(({ id, name }) => [id, name]));
  if (named) options.set(deviceId, chosen.data?.name ?? deviceId);
  return (
    <Select
      label="Device"
      placeholder="Any device"
      searchable
      data={[...options].map(([value, label]) => ({ value, label }))}
      filter={({ options: all }) => all}
      value={named ? deviceId : null}
      onSearchChange={setTyped}
      onChange={(id) => id && onPick(id)}
      nothingFoundMessage="No device of this name"
    />
  );
}
