"use client";

import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { EmptyState } from "@/components/ui/empty-state";
import { Loaded } from "@/components/ui/loaded";
import { NoPermission } from "@/components/ui/no-permission";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { ShareBar } from "@/components/ui/share-bar";
import { ShowMore } from "@/components/ui/show-more";
import { StateMark } from "@/components/ui/state-mark";
import { Time } from "@/components/ui/time/time";
import { PageTitle } from "@/lib/client/page-title";
import { jobsQuery } from "@/lib/client/queries/jobs";
import { useSession } from "@/lib/client/session";
import type { JobView } from "@/lib/domain/jobs/job-view";
import { rolesWith } from "@/lib/domain/members/permissions";
import { JOB_MARKS, jobShares, jobTarget, jobTitle } from "./job-words";
import classes from "./jobs-page.module.css";

/** What was done to many devices at once, and how far is it? */
export function JobsPage() {
  const { fleet, can } = useSession();
  const mayRead = can("devices:read");
  const list = useInfiniteQuery({ ...jobsQuery(fleet.id), enabled: mayRead });
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const total = list.data?.pages[0]?.total;
  const running = items.filter(({ state }) => state === "running").length;
  const answer = total === undefined ? "Jobs" : `${total.toLocaleString("en")} ${total === 1 ? "job" : "jobs"}${running > 0 ? `, ${running} running` : ""}`;
  return (
    <div className={classes.page}>
      <PageTitle answer={answer} />
      <PageHead
        answer={answer}
        why="One act on many devices, each with its outcome."
        actions={
          can("jobs:start") ? (
            <Button component={Link} href="/devices">
              Choose devices
            </Button>
          ) : null
        }
      />
      {mayRead ? (
        <Panel title="Newest first" flush footer={total ? `${items.length} of ${total.toLocaleString("en")} shown` : undefined}>
          <Loaded query={list} what="jobs">
            {() =>
              items.length > 0 ? (
                items.map((job) => <Job key={job.id} job={job} />)
              ) : (
                <EmptyState title="No job yet" actions={<Link href="/devices">Choose devices</Link>}>
                  In the list of devices, choose some, or all that match, and what to do with them.
                </EmptyState>
              )
            }
          </Loaded>
          <ShowMore list={list} older inPanel />
        </Panel>
      ) : (
        <NoPermission framed what="jobs" role={fleet.role} needs={rolesWith("devices:read")} />
      )}
    </div>
  );
}

function Job({ job }: { job: JobView }) {
  return (
    <article className={classes.job}>
      <div className={classes.head}>
        <Link className={classes.title} href={`/jobs/${job.id}`} prefetch={false}>
          {jobTitle(job)}
        </Link>
        <StateMark {...JOB_MARKS[job.state]} />
        <span className={classes.target}>{jobTarget(job)}</span>
        <span className={classes.quiet}>
          {job.reason === "" ? "" : `${job.reason}, `}by {job.createdBy}, <Time at={job.createdAt} focusable />
        </span>
      </div>
      <ShareBar shares={jobShares(job.counts)} />
    </article>
  );
}
