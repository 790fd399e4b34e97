"use client";

import { Button, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { DataTable } from "@/components/ui/data-table";
import { Dialog } from "@/components/ui/dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { FormFrame } from "@/components/ui/form-frame";
import { Time } from "@/components/ui/time/time";
import { revealReadings } from "@/lib/client/commands/reveal";
import { useSession } from "@/lib/client/session";

/** For roles that see metadata only: values of the last quarter of an hour, for a reason that stays in the record. */
export function RevealPanel({ deviceId }: { deviceId: string }) {
  const { fleet } = useSession();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState("");
  const reveal = useMutation({ mutationFn: () => revealReadings(fleet.id, deviceId, reason.trim()), onSuccess: () => setAsking(false) });
  return (
    <>
      {reveal.data ? (
        reveal.data.readings.length > 0 ? (
          <DataTable
            caption="Values that were revealed"
            rows={reveal.data.readings}
            rowKey={({ metric, time }) => `${metric} ${time}`}
            columns={[
              { key: "metric", head: "Metric", cell: ({ metric }) => metric },
              {
                key: "value",
                head: "Value",
                align: "end",
                tight: true,
                phone: "end",
                cell: ({ value }) => value.toLocaleString("en", { maximumFractionDigits: 6 }),
              },
              { key: "time", head: "Measured", tight: true, phone: "full", label: "Measured: ", cell: ({ time }) => <Time at={time} focusable /> },
            ]}
          />
        ) : (
          <EmptyState title="Nothing in the last 15 minutes">Your reason was recorded all the same.</EmptyState>
        )
      ) : (
        <EmptyState title="Your role sees metadata only" actions={<Button onClick={() => setAsking(true)}>Reveal values</Button>}>
          You are signed in as {fleet.role}. If you need what this device measured, say why: your name and the reason stay in the audit log.
        </EmptyState>
      )}
      {asking ? (
        <Dialog onClose={() => setAsking(false)} title="Reveal what this device measured" closeOnClickOutside={!reveal.isPending}>
          <FormFrame
            submitLabel="Reveal the last 15 minutes"
            busy={reveal.isPending}
            error={reveal.error}
            onSubmit={(event) => {
              event.preventDefault();
              reveal.mutate();
            }}
            onCancel={() => setAsking(false)}
          >
            <TextInput
              label="Reason"
              description="For example the ticket. It stays in the audit log, with your name."
              required
              minLength={8}
              maxLength={500}
              autoComplete="off"
              data-autofocus
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
          </FormFrame>
        </Dialog>
      ) : null}
    </>
  );
}
