"use client";

import { Button, Select } from "@mantine/core";
import { type UseQueryResult, useMutation, useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { type DataColumn, DataTable, Sub } from "@/components/ui/data-table";
import { Loaded } from "@/components/ui/loaded";
import { NoPermission } from "@/components/ui/no-permission";
import { Note } from "@/components/ui/note";
import { Panel } from "@/components/ui/panel";
import { Time } from "@/components/ui/time/time";
import { changeMember } from "@/lib/client/commands/members";
import { useSession } from "@/lib/client/session";
import type { MemberView } from "@/lib/domain/members/member-view";
import { type Role, rolesWith } from "@/lib/domain/members/permissions";
import { ROLE_OPTIONS } from "./role-words";

const AddMemberDialog = dynamic(() => import("./add-member-dialog").then((module) => module.AddMemberDialog), { ssr: false });
const RemoveMemberDialog = dynamic(() => import("./remove-member-dialog").then((module) => module.RemoveMemberDialog), { ssr: false });

type Members = UseQueryResult<{ items: MemberView[]; total: number }>;

export function MembersPanel({ members }: { members: Members }) {
  const { fleet, can } = useSession();
  const client = useQueryClient();
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<MemberView>();
  const mayWrite = can("members:write");
  const change = useMutation({
    mutationFn: ({ userId, role }: { userId: string; role: Role }) => changeMember(fleet.id, userId, role),
    onSettled: () => client.invalidateQueries({ queryKey: [fleet.id, "members"] }),
  });
  const add = mayWrite ? (
    <Button size="xs" onClick={() => setAdding(true)}>
      Add a person
    </Button>
  ) : null;
  return (
    <Panel title="People" flush end={add}>
      {change.error ? (
        <Note tone="bad" mark="failed" role="alert">
          {change.error.message}
        </Note>
      ) : null}
      {can("members:read") ? (
        <Loaded query={members} what="the members">
          {({ items }) => <Table members={items} change={mayWrite ? change : undefined} onRemove={setRemoving} />}
        </Loaded>
      ) : (
        <NoPermission what="the members of this fleet" role={fleet.role} needs={rolesWith("members:read")} />
      )}
      {adding ? <AddMemberDialog onClose={() => setAdding(false)} /> : null}
      {removing ? <RemoveMemberDialog member={removing} onClose={() => setRemoving(undefined)} /> : null}
    </Panel>
  );
}

interface TableProps {
  members: readonly MemberView[];
  change: { mutate: (input: { userId: string; role: Role }) => void; isPending: boolean } | undefined;
  onRemove: (member: MemberView) => void;
}

function Table({ members, change, onRemove }: TableProps) {
  const { user } = useSession();
  const columns: DataColumn<MemberView>[] = [
    {
      key: "person",
      head: "Person",
      cell: ({ name, email, disabled, userId }) => (
        <>
          {name}
          {userId === user.id ? " (you)" : ""}
          {disabled ? ", disabled" : ""}
          <Sub>{email}</Sub>
        </>
      ),
    },
    {
      key: "used",
      head: "Last here",
      tight: true,
      phone: "full",
      label: "last here",
      cell: ({ lastUsedAt }) => (lastUsedAt ? <Time at={lastUsedAt} focusable /> : "never"),
    },
    {
      key: "role",
      head: "Role",
      tight: true,
      phone: "end",
      cell: ({ userId, role, email }) =>
        change ? (
          <Select
            size="xs"
            w={120}
            data={ROLE_OPTIONS}
            value={role}
            disabled={change.isPending}
            aria-label={`Role of ${email}`}
            onChange={(next) => next && next !== role && change.mutate({ userId, role: next as Role })}
          />
        ) : (
          role
        ),
    },
    {
      key: "remove",
      head: <span className="visually-hidden">Remove</span>,
      align: "end",
      tight: true,
      phone: "full",
      cell: (member) => (
        <Button size="xs" onClick={() => onRemove(member)} aria-label={`Remove ${member.email}`}>
          Remove
        </Button>
      ),
    },
  ];
  return <DataTable caption="Members" columns={change ? columns : columns.slice(0, -1)} rows={members} rowKey={({ userId }) => userId} />;
}
