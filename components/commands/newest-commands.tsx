"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Loaded } from "@/components/ui/loaded";
import { LoadingRows } from "@/components/ui/loading-rows";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import { Time } from "@/components/ui/time/time";
import { newestCommandsQuery } from "@/lib/client/queries/commands";
import { useSession } from "@/lib/client/session";
import { COMMAND_MARKS } from "./command-words";
import classes from "./commands.module.css";

/** The newest commands to this device, and the way to all of them. */
export function NewestCommands({ deviceId }: { deviceId: string }) {
  const { fleet, can } = useSession();
  const newest = useQuery(newestCommandsQuery(fleet.id, deviceId));
  const total = newest.data?.total ?? 0;
  return (
    <Panel
      title="Commands"
      end={<Link href={`/devices/${deviceId}/commands`}>{can("commands:send") ? "Send a command" : "All commands"}</Link>}
      footer={total > 3 ? <Link href={`/devices/${deviceId}/commands`}>All {total.toLocaleString("en")}</Link> : null}
    >
      <Loaded query={newest} what="commands" loading={<LoadingRows rows={2} />}>
        {({ items }) =>
          items.length === 0 ? (
            <p className={classes.quiet}>Nothing was sent yet.</p>
          ) : (
            <ul className={classes.newest}>
              {items.map(({ id, title, state, requestedAt }) => (
                <li key={id} className={classes.entry}>
                  <span>
                    {title} <StateMark {...COMMAND_MARKS[state]} />
                  </span>
                  <span className={classes.quiet}>
                    <Time at={requestedAt} focusable />
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  );
}
