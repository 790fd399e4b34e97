"use client";

import { Select } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useQueryState } from "nuqs";
import { useState } from "react";
import { EmptyState } from "@/components/ui/empty-state";
import { FormFrame } from "@/components/ui/form-frame";
import { Loaded } from "@/components/ui/loaded";
import { LoadingRows } from "@/components/ui/loading-rows";
import { NoPermission } from "@/components/ui/no-permission";
import { Panel } from "@/components/ui/panel";
import { newId } from "@/lib/base/ids";
import { sendCommand } from "@/lib/client/commands/commands";
import { fieldErrors } from "@/lib/client/field-errors";
import { catalogueQuery } from "@/lib/client/queries/commands";
import { useSession } from "@/lib/client/session";
import type { CommandDefinition } from "@/lib/domain/commands/definition";
import type { DeviceDetail } from "@/lib/domain/devices/device-view";
import { rolesWith } from "@/lib/domain/members/permissions";
import { consequences } from "./command-words";
import classes from "./commands.module.css";
import { firstValues, ParameterField } from "./parameter-field";

type Target = Pick<DeviceDetail, "id" | "name" | "profile" | "presence">;

/** Sends one of the catalogue's commands. Which one stands in the address. */
export function SendPanel({ device }: { device: Target }) {
  const { fleet, can } = useSession();
  const [chosen, choose] = useQueryState("command");
  const catalogue = useQuery(catalogueQuery(fleet.id, device.profile.id));
  return (
    <Panel title="Send a command" aside={`what ${device.profile.name} devices understand`}>
      {can("commands:send") ? (
        <Loaded query={catalogue} what="the catalogue" loading={<LoadingRows rows={3} />}>
          {({ commands }) => {
            const definition = commands.find(({ name }) => name === chosen) ?? commands[0];
            if (!definition)
              return (
                <EmptyState title="Its catalogue is empty">An admin says under Settings, Profiles, what devices of this profile may be asked to do.</EmptyState>
              );
            return (
              <div className={classes.stack}>
                <Select
                  label="Command"
                  data={commands.map(({ name, title }) => ({ value: name, label: title }))}
                  value={definition.name}
                  allowDeselect={false}
                  onChange={(name) => void choose(name)}
                />
                <SendForm key={definition.name} device={device} definition={definition} />
              </div>
            );
          }}
        </Loaded>
      ) : (
        <NoPermission what="sending" role={fleet.role} needs={rolesWith("commands:send")} />
      )}
    </Panel>
  );
}

function SendForm({ device, definition }: { device: Target; definition: CommandDefinition }) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const [parameters, setParameters] = useState(() => firstValues(definition.parameters));
  // One key until it has gone out: a second click, or a retry after a lost answer, sends nothing twice.
  const [idempotencyKey, setKey] = useState(() => newId("request"));
  const send = useMutation({
    mutationFn: () => sendCommand(fleet.id, { deviceId: device.id, name: definition.name, parameters, idempotencyKey }),
    onSuccess: () => setKey(newId("request")),
    onSettled: () => client.invalidateQueries({ queryKey: [fleet.id, "commands"] }),
  });
  const wrong = fieldErrors(send.error);
  const connected = device.presence.state === "online" || device.presence.state === "silent" || device.presence.state === "flapping";
  return (
    <FormFrame
      submitLabel={definition.dangerous ? "Ask for approval" : `Send to ${device.name}`}
      busy={send.isPending}
      error={Object.keys(wrong).length > 0 ? null : send.error}
      onSubmit={(event) => {
        event.preventDefault();
        send.mutate();
      }}
    >
      {definition.parameters.map((parameter) => (
        <ParameterField
          key={parameter.name}
          parameter={parameter}
          value={parameters[parameter.name]}
          error={wrong[`parameters.${parameter.name}`]}
          onChange={(value) => setParameters(({ [parameter.name]: _, ...rest }) => (value === undefined ? rest : { ...rest, [parameter.name]: value }))}
        />
      ))}
      <p className={classes.quiet}>{consequences(definition, connected)}</p>
    </FormFrame>
  );
}
