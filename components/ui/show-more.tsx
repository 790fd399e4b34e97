"use client";

import { Button } from "@mantine/core";

interface ShowMoreProps {
  /** The list, as React Query pages it. */
  list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
  /** Of a list that is ordered by time: the next page is older. */
  older?: boolean;
  /** At the end of a panel, which has no padding of its own. */
  inPanel?: boolean;
}

/** The next page of a list; nothing when there is none. */
export function ShowMore({ list, older, inPanel }: ShowMoreProps) {
  if (!list.hasNextPage) return null;
  return (
    <div>
      <Button m={inPanel ? "md" : undefined} onClick={() => void list.fetchNextPage()} loading={list.isFetchingNextPage}>
        {older ? "Show older ones" : "Show more"}
      </Button>
    </div>
  );
}
