"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useState } from "react";
import { EmptyState } from "@/components/ui/empty-state";
import { KeyValue } from "@/components/ui/key-value";
import { Loaded } from "@/components/ui/loaded";
import { NoPermission } from "@/components/ui/no-permission";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { ShareBar } from "@/components/ui/share-bar";
import { StateMark } from "@/components/ui/state-mark";
import { formatDuration } from "@/components/ui/time/format-time";
import { Time } from "@/components/ui/time/time";
import { ApiError } from "@/lib/client/api-error";
import type { RotationStep } from "@/lib/client/commands/keys";
import { PageTitle } from "@/lib/client/page-title";
import { rotationQuery } from "@/lib/client/queries/keys";
import { useSession } from "@/lib/client/session";
import type { RotationDetail } from "@/lib/domain/encryption/rotation-view";
import { rolesWith } from "@/lib/domain/members/permissions";
import classes from "./keys-page.module.css";
import { RotationDevices } from "./rotation-devices";
import { RotationWaves } from "./rotation-waves";
import { ROTATION_MARKS, rotationAnswer, rotationNow, rotationShares, targetWords } from "./rotation-words";

const SteerDialog = dynamic(() => import("./steer-dialog").then((module) => module.SteerDialog), { ssr: false });

/** How far is this rotation, and who holds it up? */
export function RotationPage({ rotationId }: { rotationId: string }) {
  const { fleet, can } = useSession();
  const mayRead = can("keys:read");
  const rotation = useQuery({ ...rotationQuery(fleet.id, rotationId), enabled: mayRead });
  const missing = rotation.error instanceof ApiError && rotation.error.code === "not_found";
  if (mayRead && rotation.data) return <Detail rotation={rotation.data} />;
  const answer = missing ? "No such rotation" : "Rotation";
  return (
    <>
      <PageTitle answer={answer} />
      <h1 className="visually-hidden">{answer}</h1>
      {!mayRead ? (
        <NoPermission framed what="keys" role={fleet.role} needs={rolesWith("keys:read")} />
      ) : missing ? (
        <EmptyState framed title="No such rotation in this fleet" actions={<Link href="/keys">All rotations</Link>} />
      ) : (
        <Loaded query={rotation} what="this rotation">
          {() => null}
        </Loaded>
      )}
    </>
  );
}

function Detail({ rotation }: { rotation: RotationDetail }) {
  const { can } = useSession();
  const [step, setStep] = useState<RotationStep>();
  const answer = rotationAnswer(rotation);
  return (
    <div className={classes.page}>
      <PageTitle answer={answer} />
      <PageHead
        answer={answer}
        beside={<StateMark {...ROTATION_MARKS[rotation.state]} large />}
        why={rotationNow(rotation)}
        actions={can("keys:rotate") ? <Steps rotation={rotation} onStep={setStep} /> : null}
      />
      <Panel title="Devices by how far their key came" aside="from the key ids of messages that opened">
        <ShareBar shares={rotationShares(rotation)} />
      </Panel>
      <div className={classes.columns}>
        <RotationWaves rotation={rotation} />
        <Facts rotation={rotation} />
      </div>
      <RotationDevices rotationId={rotation.id} />
      {step ? <SteerDialog rotation={rotation} step={step} onClose={() => setStep(undefined)} /> : null}
    </div>
  );
}

function Steps({ rotation: { state, canRollBack }, onStep }: { rotation: RotationDetail; onStep: (step: RotationStep) => void }) {
  return (
    <>
      {canRollBack ? <Button onClick={() => onStep("roll-back")}>Roll back</Button> : null}
      {state === "running" ? <Button onClick={() => onStep("pause")}>Pause</Button> : null}
      {state === "paused" || state === "halted" ? (
        <Button variant="filled" onClick={() => onStep("resume")}>
          Resume
        </Button>
      ) : null}
    </>
  );
}

function Facts({ rotation }: { rotation: RotationDetail }) {
  const { target, reason, startedBy, startedAt, overlapSeconds, abortPercent, soakSeconds, patienceSeconds, state, stateBy, stateSince } = rotation;
  return (
    <Panel title="In short">
      <KeyValue
        rows={[
          ["Devices", targetWords(target)],
          ["Reason", reason],
          [
            "Begun",
            <span key="begun">
              by {startedBy}, <Time at={startedAt} focusable />
            </span>,
          ],
          [
            ROTATION_MARKS[state].word,
            <span key="state">
              by {stateBy}, <Time at={stateSince} focusable />
            </span>,
          ],
          ["Halts", abortPercent === 100 ? "never" : `when more than ${abortPercent} % of the devices that are there failed`],
          ["Failed is", `what does not open, or a device that is there and does not use its key for ${formatDuration(patienceSeconds * 1000)}`],
          ["Between waves", soakSeconds === 0 ? "as soon as the last one is done" : formatDuration(soakSeconds * 1000)],
          ["Former key", overlapSeconds === 0 ? "refused as soon as the new one is used" : `taken for ${formatDuration(overlapSeconds * 1000)} at most`],
        ]}
      />
    </Panel>
  );
}
