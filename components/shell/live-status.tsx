"use client";

import { LiveLink } from "@/components/ui/live-link";
import { useLinkView } from "@/lib/client/live/use-link-view";
import { useLink } from "@/lib/client/live/use-live";

export function LiveStatus({ onToggle }: { onToggle: () => void }) {
  const view = useLinkView();
  const { updatedAt } = useLink();
  return <LiveLink view={view} updatedAt={updatedAt} onToggle={onToggle} />;
}
