"use client";

import { useQuery } from "@tanstack/react-query";
import { FilterChips } from "@/components/ui/filter-chips";
import { Icon } from "@/components/ui/icon";
import { sitesQuery } from "@/lib/client/queries/sites";
import { useSession } from "@/lib/client/session";

/** The site that a link narrowed the list to; a click lets go of it. */
export function SiteFilter({ siteId, onClear }: { siteId: string; onClear: () => void }) {
  const { fleet } = useSession();
  const { data } = useQuery(sitesQuery(fleet.id));
  const name = data?.items.find(({ id }) => id === siteId)?.name ?? siteId;
  const label = (
    <>
      {name} <Icon name="close" size={10} />
      <span className="visually-hidden">remove</span>
    </>
  );
  return <FilterChips legend="Site" chips={[{ key: siteId, label }]} chosen={[siteId]} onToggle={onClear} />;
}
