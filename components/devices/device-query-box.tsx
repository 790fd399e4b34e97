"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useDeferredValue, useMemo, useState } from "react";
import { QueryBox } from "@/components/ui/query-box";
import { suggestionsQuery } from "@/lib/client/queries/devices";
import { useSession } from "@/lib/client/session";
import { DEVICE_CATALOGUE } from "@/lib/domain/devices/device-fields";
import { completionsAt, wantedValues } from "@/lib/domain/query/complete-query";
import type { QueryError } from "@/lib/domain/query/query-error";

const QueryHelp = dynamic(() => import("./query-help").then((module) => module.QueryHelp), { ssr: false });

interface DeviceQueryBoxProps {
  text: string;
  onChange: (text: string) => void;
  problem: QueryError | undefined;
}

/** Searches devices in the query language, with the fields and what this fleet has in them. */
export function DeviceQueryBox({ text, onChange, problem }: DeviceQueryBoxProps) {
  const { fleet } = useSession();
  const [caret, setCaret] = useState(text.length);
  const [helping, setHelping] = useState(false);
  const at = Math.min(caret, text.length);
  const wanted = useDeferredValue(useMemo(() => wantedValues(text, at, DEVICE_CATALOGUE), [text, at]));
  const { data } = useQuery(suggestionsQuery(fleet.id, wanted));
  const completions = completionsAt(text, at, DEVICE_CATALOGUE, wanted && data ? data.items : []);
  return (
    <>
      <QueryBox
        label="Search devices"
        placeholder='Name, id, site, or state:offline site:"Berlin 3" last_seen>2h'
        value={text}
        onChange={onChange}
        problem={problem}
        completions={completions}
        onCaret={setCaret}
        onHelp={() => setHelping(true)}
      />
      {helping ? <QueryHelp catalogue={DEVICE_CATALOGUE} onClose={() => setHelping(false)} /> : null}
    </>
  );
}
