"use client";

import { Button } from "@mantine/core";
import Link from "next/link";
import type { ReactNode } from "react";
import { CodeBlock } from "@/components/ui/code-block";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import { useSession } from "@/lib/client/session";
import type { Overview } from "@/lib/domain/fleets/overview-view";
import classes from "./first-run.module.css";

/** What is left until the first device reports. Each step ticks itself from what the server saw. */
export function FirstRun({ devices, rate }: { devices: number; rate: Overview["rate"] }) {
  const { can } = useSession();
  const mayAdd = can("devices:write") && can("tokens:grant");
  const reported = rate.some(({ count }) => count > 0);
  return (
    <Panel title="First steps" flush>
      <ol className={classes.steps}>
        <Step done={devices > 0} title="Add a device">
          <p>It gets an identity and a token that can do one thing: report as that device.</p>
          {devices > 0 ? null : (
            <div className={classes.how}>
              {mayAdd ? (
                <Button component={Link} href="/devices?add=1" variant="filled" size="xs">
                  Add a device
                </Button>
              ) : (
                <p>Your role cannot add devices; an administrator can.</p>
              )}
              <CodeBlock label="The same on the command line" code="npm run sallyport -- devices add my-first-device" />
            </div>
          )}
        </Step>
        <Step done={false} title="Connect it">
          <p>Paste one of the snippets that come with its token: mosquitto_pub, Node, Python, or our agent. It dials out; nothing has to be opened.</p>
        </Step>
        <Step done={reported} title="See its telemetry">
          <p>The device page draws every metric as it arrives.</p>
        </Step>
        <Step done={false} title="Be told when it goes away">
          <p>
            A rule for devices that are offline is there already. <Link href="/settings/channels">Add a channel</Link> to get its alerts outside of this
            console.
          </p>
        </Step>
      </ol>
    </Panel>
  );
}

function Step({ done, title, children }: { done: boolean; title: string; children: ReactNode }) {
  return (
    <li className={classes.step}>
      <span className={classes.mark}>
        <StateMark state={done ? "done" : "never_seen"} word={done ? "done" : "to do"} bare />
      </span>
      <div>
        <h3>{title}</h3>
        {children}
      </div>
    </li>
  );
}
