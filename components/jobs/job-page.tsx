"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { type ReactNode, useState } from "react";
import { EmptyState } from "@/components/ui/empty-state";
import { ExportMenu } from "@/components/ui/export-menu";
import { KeyValue } from "@/components/ui/key-value";
import { Loaded } from "@/components/ui/loaded";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { ShareBar } from "@/components/ui/share-bar";
import { StateMark } from "@/components/ui/state-mark";
import { Time } from "@/components/ui/time/time";
import { ApiError } from "@/lib/client/api-error";
import type { JobStep } from "@/lib/client/commands/jobs";
import { PageTitle } from "@/lib/client/page-title";
import { jobQuery } from "@/lib/client/queries/jobs";
import { useSession } from "@/lib/client/session";
import { JOB_TRAITS } from "@/lib/domain/jobs/job-action";
import type { JobDetail } from "@/lib/domain/jobs/job-view";
import { JobDevices } from "./job-devices";
import { JOB_MARKS, jobNow, jobShares, jobTarget, jobTitle } from "./job-words";
import classes from "./jobs-page.module.css";

const StepDialog = dynamic(() => import("./step-dialog").then((module) => module.StepDialog), { ssr: false });

/** How far is this job, what was left, and can it be taken back? */
export function JobPage({ jobId }: { jobId: string }) {
  const { fleet } = useSession();
  const job = useQuery(jobQuery(fleet.id, jobId));
  const missing = job.error instanceof ApiError && job.error.code === "not_found";
  if (job.data) return <Detail job={job.data} />;
  const answer = missing ? "No such job" : "Job";
  return (
    <>
      <PageTitle answer={answer} />
      <h1 className="visually-hidden">{answer}</h1>
      {missing ? (
        <EmptyState framed title="No such job in this fleet" actions={<Link href="/jobs">All jobs</Link>} />
      ) : (
        <Loaded query={job} what="this job">
          {() => null}
        </Loaded>
      )}
    </>
  );
}

function Detail({ job }: { job: JobDetail }) {
  const { fleet } = useSession();
  const [step, setStep] = useState<JobStep>();
  const answer = jobTitle(job);
  return (
    <div className={classes.page}>
      <PageTitle answer={answer} />
      <PageHead
        answer={answer}
        beside={<StateMark {...JOB_MARKS[job.state]} large />}
        why={jobNow(job)}
        actions={
          <>
            <ExportMenu path={`/jobs/${encodeURIComponent(job.id)}/export`} filter={{ fleet: fleet.id }} />
            <Steps job={job} onStep={setStep} />
          </>
        }
      />
      <Panel title="Devices by outcome" aside={job.state === "running" ? "as it goes" : undefined}>
        <ShareBar shares={jobShares(job.counts)} />
      </Panel>
      <Panel title="In short">
        <KeyValue rows={rowsOf(job)} />
      </Panel>
      <JobDevices job={job} />
      {step ? <StepDialog job={job} step={step} onClose={() => setStep(undefined)} /> : null}
    </div>
  );
}

function Steps({ job: { state, action, canUndo, own }, onStep }: { job: JobDetail; onStep: (step: JobStep) => void }) {
  const { can } = useSession();
  const may = can(JOB_TRAITS[action.kind].permission);
  return (
    <>
      {may && (state === "running" || state === "waiting") ? <Button onClick={() => onStep("cancel")}>Cancel the job</Button> : null}
      {may && canUndo ? <Button onClick={() => onStep("undo")}>Undo</Button> : null}
      {state === "waiting" && !own && can("jobs:approve") ? (
        <>
          <Button onClick={() => onStep("reject")}>Reject</Button>
          <Button variant="filled" onClick={() => onStep("approve")}>
            Approve
          </Button>
        </>
      ) : null}
    </>
  );
}

function rowsOf(job: JobDetail): (readonly [string, ReactNode])[] {
  const { reason, createdBy, createdAt, decidedBy, decidedAt, finishedAt, target, undoneBy, state } = job;
  const decided = state === "cancelled" ? "Cancelled" : state === "rejected" ? "Rejected" : "Approved";
  const link = (id: string) => <Link href={`/jobs/${id}`}>{id}</Link>;
  return [
    ["Devices", target.query === undefined ? jobTarget(job) : <code key="query">{target.query}</code>],
    ...(reason ? [["Reason", reason] as const] : []),
    ["Begun", <At key="begun" by={createdBy} at={createdAt} />],
    ...(decidedBy !== null && decidedAt !== null ? [[decided, <At key="decided" by={decidedBy} at={decidedAt} />] as const] : []),
    ...(finishedAt !== null && state === "finished" ? [["Finished", <Time key="finished" at={finishedAt} focusable />] as const] : []),
    ...(target.undoOf === undefined ? [] : [["Takes back", link(target.undoOf)] as const]),
    ...(undoneBy === null ? [] : [["Undone by", link(undoneBy)] as const]),
  ];
}

function At({ by, at }: { by: string; at: string }) {
  return (
    <span>
      by {by}, <Time at={at} focusable />
    </span>
  );
}
