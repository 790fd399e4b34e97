"use client";

import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type DataColumn, DataTable, RowActions, Sub } from "@/components/ui/data-table";
import { Dialog } from "@/components/ui/dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { Loaded } from "@/components/ui/loaded";
import { Note } from "@/components/ui/note";
import { Tag } from "@/components/ui/tag";
import { formatDuration } from "@/components/ui/time/format-time";
import { setCatalogue } from "@/lib/client/commands/commands";
import { catalogueQuery } from "@/lib/client/queries/commands";
import { useSession } from "@/lib/client/session";
import type { CatalogueView } from "@/lib/domain/commands/command-view";
import type { CommandDefinition } from "@/lib/domain/commands/definition";
import type { ProfileView } from "@/lib/domain/devices/site-view";
import classes from "./commands.module.css";
import { DefinitionForm } from "./definition-form";

const COLUMNS: readonly DataColumn<CommandDefinition>[] = [
  {
    key: "command",
    head: "Command",
    cell: ({ name, title, dangerous, parameters }) => (
      <>
        <b>{title}</b> {dangerous ? <Tag tone="warn">dangerous</Tag> : null}
        <Sub>{[name, ...parameters.map((parameter) => parameter.title)].join(" · ")}</Sub>
      </>
    ),
  },
  {
    key: "times",
    head: "Expires",
    phone: "full",
    label: "Expires",
    cell: ({ expirySeconds, queue }) => (
      <>
        after {formatDuration(expirySeconds * 1000)}
        <Sub>{queue ? "waits for devices that are away" : "not while the device is away"}</Sub>
      </>
    ),
  },
];

/** What the devices of a profile may be asked to do. */
export function CatalogueDialog({ profile, onClose }: { profile: ProfileView; onClose: () => void }) {
  const { fleet } = useSession();
  const catalogue = useQuery(catalogueQuery(fleet.id, profile.id));
  return (
    <Dialog onClose={onClose} title={`Commands of ${profile.name}`} size="lg" closeOnClickOutside={false}>
      <Loaded query={catalogue} what="the catalogue">
        {(data) => <Catalogue catalogue={data} />}
      </Loaded>
    </Dialog>
  );
}

function Catalogue({ catalogue: { profileId, standard, commands } }: { catalogue: CatalogueView }) {
  const { fleet, can } = useSession();
  const client = useQueryClient();
  const [edited, setEdited] = useState<string | null>(null);
  const save = useMutation({
    mutationFn: (list: readonly CommandDefinition[] | null) => setCatalogue(fleet.id, profileId, list),
    onSuccess: () => setEdited(null),
    onSettled: () => client.invalidateQueries({ queryKey: catalogueQuery(fleet.id, profileId).queryKey }),
  });
  if (edited !== null)
    return (
      <DefinitionForm
        definition={commands.find(({ name }) => name === edited)}
        busy={save.isPending}
        error={save.error}
        onCancel={() => setEdited(null)}
        onSave={(definition) => save.mutate(edited === "" ? [...commands, definition] : commands.map((one) => (one.name === edited ? definition : one)))}
      />
    );
  const actions: DataColumn<CommandDefinition> = {
    key: "actions",
    head: <span className="visually-hidden">Actions</span>,
    align: "end",
    tight: true,
    phone: "full",
    cell: ({ name, title }) => (
      <RowActions>
        <Button size="xs" aria-label={`Edit ${title}`} onClick={() => setEdited(name)}>
          Edit
        </Button>
        <Button
          size="xs"
          data-tone="danger"
          aria-label={`Remove ${title}`}
          disabled={save.isPending}
          onClick={() => save.mutate(commands.filter((one) => one.name !== name))}
        >
          Remove
        </Button>
      </RowActions>
    ),
  };
  const mayWrite = can("commands:define");
  return (
    <div className={classes.stack}>
      <p className={classes.quiet}>
        {standard
          ? "Nobody has written a catalogue for this profile: these are the agent's commands."
          : "Commands under way keep the rules of the day they were sent."}
      </p>
      {save.error ? (
        <Note tone="bad" mark="failed" role="alert">
          {save.error.message}
        </Note>
      ) : null}
      {commands.length === 0 ? (
        <EmptyState title="Nothing">Devices of this profile cannot be asked to do anything.</EmptyState>
      ) : (
        <DataTable caption="Commands of this profile" columns={mayWrite ? [...COLUMNS, actions] : COLUMNS} rows={commands} rowKey={({ name }) => name} />
      )}
      {mayWrite ? (
        <div className={classes.actions}>
          <Button variant="filled" onClick={() => setEdited("")}>
            Add a command
          </Button>
          {standard ? null : (
            <Button disabled={save.isPending} onClick={() => save.mutate(null)}>
              Use the agent's commands
            </Button>
          )}
        </div>
      ) : null}
    </div>
  );
}
