import { useMemo, useState } from "react";
import type { ChosenDevices } from "@/lib/client/chosen-devices";
import { JOB_MOST_CHOSEN } from "@/lib/domain/jobs/job-action";
import type { PresenceState } from "@/lib/protocol/presence";

interface Listed {
  q: string;
  states: readonly PresenceState[];
  site: string;
}

/** The list's search as one query: what it matches is what is on the list. */
export function queryOf({ q, states, site }: Listed): string {
  const rest = [...(states.length > 0 ? [`state:${states.join(",")}`] : []), ...(site === "" ? [] : [`site:${site}`])];
  const parts = [...(q === "" ? [] : [rest.length > 0 ? `(${q})` : q]), ...rest];
  // An empty query picks nothing; the list without a search shows all that are not retired.
  return parts.length > 0 ? parts.join(" ") : "-lifecycle:retired";
}

/** Which rows are chosen. Another search begins anew. */
export function useChosen(listed: Listed, total: number): ChosenDevices {
  const query = queryOf(listed);
  const [state, setState] = useState<{ query: string; all: boolean; ids: ReadonlySet<string> }>({ query, all: false, ids: new Set() });
  const { all, ids } = state.query === query ? state : { all: false, ids: new Set<string>() };
  return useMemo(() => {
    const choose = (next: { all: boolean; ids: ReadonlySet<string> }) => setState({ query, ...next });
    return {
      all,
      ids,
      total,
      count: all ? total : ids.size,
      target: all ? { query } : { deviceIds: [...ids] },
      toggle(id) {
        const next = new Set(ids);
        if (!next.delete(id) && next.size < JOB_MOST_CHOSEN) next.add(id);
        choose({ all: false, ids: next });
      },
      chooseAll: () => choose({ all: !all, ids: new Set() }),
      clear: () => choose({ all: false, ids: new Set() }),
    };
  }, [all, ids, total, query]);
}
