"use client";

import { Button, Switch } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useState } from "react";
import { type DataColumn, DataTable, RowActions, Sub } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { Loaded } from "@/components/ui/loaded";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import { changeRuleEnabled } from "@/lib/client/commands/alerts";
import { PageTitle } from "@/lib/client/page-title";
import { alertRulesQuery } from "@/lib/client/queries/alerts";
import { profilesQuery, sitesQuery } from "@/lib/client/queries/sites";
import { useSession } from "@/lib/client/session";
import type { AlertRuleView } from "@/lib/domain/alerts/alert-view";
import classes from "./alerts-page.module.css";
import { ruleScope, ruleWords } from "./rule-words";

const RuleDialog = dynamic(() => import("./rule-dialog").then((module) => module.RuleDialog), { ssr: false });
const RemoveRuleDialog = dynamic(() => import("./remove-rule-dialog").then((module) => module.RemoveRuleDialog), { ssr: false });

/** When does the console speak up? */
export function RulesPage() {
  const { fleet, can } = useSession();
  const rules = useQuery(alertRulesQuery(fleet.id));
  const [editing, setEditing] = useState<AlertRuleView | "new">();
  const [removing, setRemoving] = useState<AlertRuleView>();
  const mayChange = can("alerts:configure");
  const on = rules.data?.items.filter(({ enabled }) => enabled).length ?? 0;
  const answer = rules.data ? (on === 1 ? "1 rule watches this fleet" : `${on} rules watch this fleet`) : "Rules";
  return (
    <div className={classes.page}>
      <PageTitle answer={answer} />
      <PageHead
        answer={answer}
        why={
          can("channels:configure") ? (
            <>
              Their alerts show here and go to every <Link href="/settings/channels">channel</Link>.
            </>
          ) : (
            "Their alerts show here and go to the channels that an administrator has set up."
          )
        }
        actions={
          mayChange ? (
            <Button variant="filled" onClick={() => setEditing("new")}>
              Add a rule
            </Button>
          ) : null
        }
      />
      <Panel title="Rules" flush>
        <Loaded query={rules} what="rules">
          {({ items }) =>
            items.length > 0 ? (
              <Table rules={items} onEdit={mayChange ? setEditing : undefined} onRemove={setRemoving} />
            ) : (
              <EmptyState title="Nothing is watched">A first rule could be: a device is offline for 5 minutes.</EmptyState>
            )
          }
        </Loaded>
      </Panel>
      {editing ? <RuleDialog rule={editing === "new" ? undefined : editing} onClose={() => setEditing(undefined)} /> : null}
      {removing ? <RemoveRuleDialog rule={removing} onClose={() => setRemoving(undefined)} /> : null}
    </div>
  );
}

interface TableProps {
  rules: readonly AlertRuleView[];
  onEdit: ((rule: AlertRuleView) => void) | undefined;
  onRemove: (rule: AlertRuleView) => void;
}

function Table({ rules, onEdit, onRemove }: TableProps) {
  const { fleet } = useSession();
  const sites = useQuery(sitesQuery(fleet.id));
  const profiles = useQuery(profilesQuery(fleet.id));
  const map = (items: readonly { id: string; name: string }[] = []) => new Map(items.map(({ id, name }) => [id, name]));
  const names = { sites: map(sites.data?.items), profiles: map(profiles.data?.items), devices: new Map<string, string>() };
  const columns: DataColumn<AlertRuleView>[] = [
    {
      key: "name",
      head: "Rule",
      cell: (rule) => (
        <>
          {rule.name}
          <Sub>{ruleWords(rule)}</Sub>
        </>
      ),
    },
    { key: "scope", head: "Watches", phone: "full", cell: (rule) => ruleScope(rule, names) },
    { key: "severity", head: "Severity", phone: "full", cell: ({ severity }) => (severity === "info" ? "information" : severity) },
    {
      key: "firing",
      head: "Firing",
      tight: true,
      phone: "full",
      cell: ({ firing }) => (firing > 0 ? <StateMark state="firing" word={`${firing} firing`} /> : <StateMark state="online" word="quiet" tone="unknown" />),
    },
    { key: "enabled", head: "Watching", tight: true, phone: "end", cell: (rule) => <Enabled rule={rule} disabled={!onEdit} /> },
    ...(onEdit
      ? [
          {
            key: "actions",
            head: <span className="visually-hidden">Change</span>,
            align: "end" as const,
            tight: true,
            phone: "full" as const,
            cell: (rule: AlertRuleView) => (
              <RowActions>
                <Button size="xs" onClick={() => onEdit(rule)} aria-label={`Edit ${rule.name}`}>
                  Edit
                </Button>
                <Button size="xs" onClick={() => onRemove(rule)} aria-label={`Remove ${rule.name}`}>
                  Remove
                </Button>
              </RowActions>
            ),
          },
        ]
      : []),
  ];
  return <DataTable caption="Alert rules" columns={columns} rows={rules} rowKey={({ id }) => id} />;
}

function Enabled({ rule, disabled }: { rule: AlertRuleView; disabled: boolean }) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (enabled: boolean) => changeRuleEnabled(fleet.id, rule.id, enabled),
    onSettled: () => client.invalidateQueries({ queryKey: [fleet.id] }),
  });
  const shown = change.isPending ? change.variables : rule.enabled;
  if (disabled) return shown ? "yes" : "no";
  return (
    <Switch size="sm" checked={shown} onChange={(event) => change.mutate(event.currentTarget.checked)} aria-label={`${rule.name} is ${shown ? "on" : "off"}`} />
  );
}
