"use client";

import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { EmptyState } from "@/components/ui/empty-state";
import { Loaded } from "@/components/ui/loaded";
import { Panel } from "@/components/ui/panel";
import { ShareBar } from "@/components/ui/share-bar";
import { Time } from "@/components/ui/time/time";
import { rotationsQuery } from "@/lib/client/queries/keys";
import { useSession } from "@/lib/client/session";
import type { RotationView } from "@/lib/domain/encryption/key-view";
import { rotationShares, targetWords } from "./key-words";
import classes from "./keys-page.module.css";

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
      {list.hasNextPage ? (
        <div className={classes.rotation}>
          <Button onClick={() => void list.fetchNextPage()} loading={list.isFetchingNextPage}>
            Show older ones
          </Button>
        </div>
      ) : null}
    </Panel>
  );
}

function Rotation({ rotation }: { rotation: RotationView }) {
  const { devices, usedOnWire, target, reason, startedAt, startedBy } = rotation;
  return (
    <article className={classes.rotation}>
      <div className={classes.head}>
        <span className={classes.count}>
          {usedOnWire.toLocaleString("en")} of {devices.toLocaleString("en")}
        </span>
        <span>use it on the wire</span>
        <span className={classes.target}>{targetWords(target)}</span>
        <span className={classes.quiet}>
          {reason}, by {startedBy}, <Time at={startedAt} focusable />
        </span>
      </div>
      <ShareBar shares={rotationShares(rotation)} />
    </article>
  );
}
