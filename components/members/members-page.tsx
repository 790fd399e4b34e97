"use client";

import { useQuery } from "@tanstack/react-query";
import { PageHead } from "@/components/ui/page-head";
import { PageTitle } from "@/lib/client/page-title";
import { membersQuery } from "@/lib/client/queries/members";
import { useSession } from "@/lib/client/session";
import { ApiKeysPanel } from "./api-keys-panel";
import classes from "./members-page.module.css";
import { MembersPanel } from "./members-panel";
import { ROLE_WORDS } from "./role-words";
import { SessionsPanel } from "./sessions-panel";

/** Which people and programs may see this fleet, and as what? */
export function MembersPage() {
  const { fleet, can } = useSession();
  const mayRead = can("members:read");
  const members = useQuery({ ...membersQuery(fleet.id), enabled: mayRead });
  const count = members.data?.total;
  const answer = count === undefined ? "Members" : count === 1 ? "1 person is in this fleet" : `${count} people are in this fleet`;
  return (
    <div className={classes.page}>
      <PageTitle answer={answer} />
      <PageHead answer={answer} why={`You are here as ${fleet.role}. ${ROLE_WORDS[fleet.role]}`} />
      <MembersPanel members={members} />
      {can("api-keys:write") ? <ApiKeysPanel /> : null}
      <SessionsPanel />
    </div>
  );
}
