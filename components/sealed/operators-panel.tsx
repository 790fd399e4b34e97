"use client";

import { Button } from "@mantine/core";
import { useState } from "react";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { type DataColumn, DataTable, RowActions } from "@/components/ui/data-table";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import { fetchSealedDevices } from "@/lib/client/commands/sealed";
import { useSession } from "@/lib/client/session";
import { RECOVERY, type SealedView } from "@/lib/domain/sealed/sealed-view";
import type { SealedSession } from "@/lib/domain/sealed/session";
import { AdmitDialog } from "./admit-dialog";
import classes from "./sealed.module.css";
import { useAct } from "./use-act";
import { useFingerprint } from "./use-fingerprint";

type Operator = SealedView["operators"][number];

/** Who is admitted, as the verified statements say; who has asked, as the server says. */
export function OperatorsPanel({ view, session }: { view: SealedView; session: SealedSession | undefined }) {
  const [admitting, setAdmitting] = useState<Operator>();
  const [removing, setRemoving] = useState<Operator>();
  const admitted = (userId: string) => session?.chain.operators.get(userId);
  const mark = ({ userId }: Operator) => {
    if (!session) return <span className={classes.quiet}>unlock to verify</span>;
    const operator = admitted(userId);
    if (!operator) return <StateMark state="waiting" word="Has asked" />;
    return <StateMark state="done" word={operator.signs ? "Reads and signs" : "Reads"} />;
  };
  const columns: DataColumn<Operator>[] = [
    { key: "name", head: "Who", cell: ({ userId, name }) => (userId === RECOVERY ? "Recovery key" : name) },
    { key: "role", head: "Role", tight: true, phone: "skip", cell: ({ userId, role }) => role ?? (userId === RECOVERY ? "" : "no member any more") },
    { key: "state", head: "State", tight: true, phone: "end", cell: mark },
    { key: "print", head: "Fingerprint", phone: "full", cell: ({ publicKey }) => <Print publicKey={publicKey} /> },
    {
      key: "actions",
      head: <span className="visually-hidden">Actions</span>,
      align: "end",
      phone: "full",
      cell: (operator) =>
        session?.root && operator.userId !== RECOVERY && operator.userId !== session.operator ? (
          <RowActions>
            {admitted(operator.userId) ? (
              <Button size="xs" onClick={() => setRemoving(operator)} aria-label={`Remove ${operator.name}`}>
                Remove
              </Button>
            ) : (
              <Button size="xs" onClick={() => setAdmitting(operator)} aria-label={`Admit ${operator.name}`}>
                Admit
              </Button>
            )}
          </RowActions>
        ) : null,
    },
  ];
  return (
    <Panel title="Operators" flush>
      <DataTable caption="Operators of this sealed fleet" columns={columns} rows={view.operators} rowKey={({ userId }) => userId} />
      {admitting ? <AdmitDialog operator={admitting} onClose={() => setAdmitting(undefined)} /> : null}
      {removing ? <RemoveDialog operator={removing} onClose={() => setRemoving(undefined)} /> : null}
    </Panel>
  );
}

function RemoveDialog({ operator, onClose }: { operator: Operator; onClose: () => void }) {
  const { fleet } = useSession();
  const act = useAct(onClose);
  return (
    <ConfirmDialog
      title={`Remove ${operator.name}?`}
      confirmLabel="Remove, and make a new fleet key"
      danger
      busy={act.isPending}
      error={act.error}
      onConfirm={() => act.mutate(async (session, { removeOperator }, at) => removeOperator(session, operator.userId, await fetchSealedDevices(fleet.id), at))}
      onClose={onClose}
    >
      <p>
        The fleet gets a new key in the same act: what devices send with it is closed to {operator.name}. What was sent until then their browser may have kept.
      </p>
    </ConfirmDialog>
  );
}

function Print({ publicKey }: Pick<Operator, "publicKey">) {
  return <span className={classes.print}>{useFingerprint(publicKey)}</span>;
}
