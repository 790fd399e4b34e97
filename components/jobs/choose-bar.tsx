"use client";

import { Button, Menu } from "@mantine/core";
import dynamic from "next/dynamic";
import Link from "next/link";
import { Fragment, useState } from "react";
import { useChosenDevices } from "@/lib/client/chosen-devices";
import { useSession } from "@/lib/client/session";
import { JOB_TRAITS, type JobKind } from "@/lib/domain/jobs/job-action";
import classes from "./choose-bar.module.css";

const JobDialog = dynamic(() => import("./job-dialog").then((module) => module.JobDialog), { ssr: false });

const ACTIONS: readonly (readonly (readonly [JobKind, string])[])[] = [
  [
    ["set_tag", "Set a tag…"],
    ["remove_tag", "Remove a tag…"],
    ["move", "Move to a site…"],
    ["set_profile", "Set the profile…"],
  ],
  [["acknowledge", "Acknowledge their alerts…"]],
  [
    ["suspend", "Suspend…"],
    ["resume", "Resume…"],
    ["retire", "Retire…"],
  ],
];

/** How many devices of the list are chosen, and what may be done with them. */
export function ChooseBar() {
  const { can } = useSession();
  const { all, count, total, target, chooseAll, clear } = useChosenDevices();
  const [kind, setKind] = useState<JobKind>();
  if (count === 0) return null;
  const number = total.toLocaleString("en");
  const groups = ACTIONS.map((group) => group.filter(([one]) => can(JOB_TRAITS[one].permission))).filter((group) => group.length > 0);
  return (
    <section className={classes.bar} aria-label="Chosen devices">
      <b aria-live="polite">{all ? `All ${number} that match are chosen` : `${count.toLocaleString("en")} chosen`}</b>
      {all || count === total ? null : (
        <button type="button" className={classes.link} onClick={chooseAll}>
          Choose all {number} that match
        </button>
      )}
      <div className={classes.end}>
        <Button onClick={clear}>Clear</Button>
        <Menu>
          <Menu.Target>
            <Button variant="filled">Do with them</Button>
          </Menu.Target>
          <Menu.Dropdown>
            {groups.map((group, index) => (
              <Fragment key={group[0]?.[0]}>
                {index > 0 ? <Menu.Divider /> : null}
                {group.map(([one, label]) => (
                  <Menu.Item key={one} onClick={() => setKind(one)}>
                    {label}
                  </Menu.Item>
                ))}
              </Fragment>
            ))}
            {all && target.query !== undefined && can("keys:rotate") ? (
              <>
                <Menu.Divider />
                <Menu.Item component={Link} href={`/keys?rotate=true&query=${encodeURIComponent(target.query)}`}>
                  Rotate their keys…
                </Menu.Item>
              </>
            ) : null}
          </Menu.Dropdown>
        </Menu>
      </div>
      {kind === undefined ? null : <JobDialog kind={kind} target={target} onClose={() => setKind(undefined)} />}
    </section>
  );
}
