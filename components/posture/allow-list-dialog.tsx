"use client";

import { Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Dialog } from "@/components/ui/dialog";
import { FormFrame } from "@/components/ui/form-frame";
import { setAllowList } from "@/lib/client/commands/posture";
import { useSession } from "@/lib/client/session";
import type { ProfileView } from "@/lib/domain/devices/site-view";
import { type AllowList, allowListSchema } from "@/lib/domain/posture/allow-list";

interface Texts {
  listeners: string;
  destinations: string;
}

export function AllowListDialog({ profile, onClose }: { profile: ProfileView; onClose: () => void }) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const initialValues = { listeners: profile.allowed.listeners.join("\n"), destinations: profile.allowed.destinations.join("\n") };
  const form = useForm<Texts>({ initialValues, validate: problems });
  const save = useMutation({
    mutationFn: (texts: Texts) => setAllowList(fleet.id, profile.id, listOf(texts)),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [fleet.id] });
      onClose();
    },
  });
  const devices = `${profile.devices.toLocaleString("en")} ${profile.devices === 1 ? "device" : "devices"}`;
  return (
    <Dialog title={`What ${profile.name} allows`} onClose={onClose} closeOnClickOutside={false}>
      <FormFrame
        submitLabel={`Allow on ${devices}`}
        busy={save.isPending}
        error={save.error}
        onSubmit={form.onSubmit((texts) => save.mutate(texts))}
        onCancel={onClose}
      >
        <Textarea
          label="May listen"
          description="One a line: tcp/22, udp/5353. A port that is allowed is no violation; the device still does not prove zero inbound."
          placeholder="tcp/22"
          autosize
          minRows={3}
          maxRows={10}
          spellCheck={false}
          data-autofocus
          {...form.getInputProps("listeners")}
        />
        <Textarea
          label="May connect to"
          description="One a line: 192.0.2.10:8883, 192.0.2.0/24. Empty: what the first report of a device shows is usual, and anything later is new."
          placeholder="192.0.2.10:8883"
          autosize
          minRows={3}
          maxRows={10}
          spellCheck={false}
          {...form.getInputProps("destinations")}
        />
      </FormFrame>
    </Dialog>
  );
}

const lines = (text: string) => text.split(/[\n,]/).flatMap((line) => line.trim() || []);

function listOf({ listeners, destinations }: Texts): AllowList {
  return { listeners: lines(listeners), destinations: lines(destinations) };
}

/** The first wrong line of each text, by name. */
function problems(texts: Texts): Partial<Texts> {
  const list = listOf(texts);
  const { error } = allowListSchema.safeParse(list);
  const found: Partial<Texts> = {};
  for (const { path, message } of error?.issues ?? []) {
    const [field, index] = path;
    if (field !== "listeners" && field !== "destinations") continue;
    found[field] ??= typeof index === "number" ? `${list[field][index]}: ${message}` : message;
  }
  return found;
}
