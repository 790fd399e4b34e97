"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { EmptyState } from "@/components/ui/empty-state";
import { Loaded } from "@/components/ui/loaded";
import { Panel } from "@/components/ui/panel";
import { ShareBar } from "@/components/ui/share-bar";
import { ShowMore } from "@/components/ui/show-more";
import { StateMark } from "@/components/ui/state-mark";
import { Time } from "@/components/ui/time/time";
import { rotationsQuery } from "@/lib/client/queries/keys";
import { useSession } from "@/lib/client/session";
import type { RotationView } from "@/lib/domain/encryption/rotation-view";
import classes from "./keys-page.module.css";
import { ROTATION_MARKS, rotationShares, targetWords } from "./rotation-words";

/** Rotations, newest first, each with how far it is. */
export function RotationsPanel() {
  const { fleet } = useSession();
  const list = useInfiniteQuery(rotationsQuery(fleet.id));
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Panel title="Rotations" aside="newest first" flush>
      <Loaded query={list} what="rotations">
        {() =>
          items.length > 0 ? (
            items.map((rotation) => <Rotation key={rotation.id} rotation={rotation} />)
          ) : (
            <EmptyState title="No rotation yet">A rotation gives devices a new key while they go on sending.</EmptyState>
          )
        }
      </Loaded>
      <ShowMore list={list} older inPanel />
    </Panel>
  );
}

function Rotation({ rotation }: { rotation: RotationView }) {
  const { id, devices, usedOnWire, target, reason, startedAt, startedBy, state, wave, waveCount } = rotation;
  return (
    <article className={classes.rotation}>
      <div className={classes.head}>
        <Link className={classes.count} href={`/keys/rotations/${id}`} prefetch={false}>
          {usedOnWire.toLocaleString("en")} of {devices.toLocaleString("en")}
        </Link>
        <span>{state === "rolled_back" ? "use their former key" : "use it on the wire"}</span>
        <StateMark {...ROTATION_MARKS[state]} />
        {waveCount > 1 && state !== "finished" ? (
          <span className={classes.quiet}>
            wave {wave + 1} of {waveCount}
          </span>
        ) : null}
        <span className={classes.target}>{targetWords(target)}</span>
        <span className={classes.quiet}>
          {reason}, by {startedBy}, <Time at={startedAt} focusable />
        </span>
      </div>
      <ShareBar shares={rotationShares(rotation)} />
    </article>
  );
}
