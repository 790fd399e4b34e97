"use client";

import { parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { FilterChips } from "@/components/ui/filter-chips";
import { Icon } from "@/components/ui/icon";
import { REFUSED_ACTIONS } from "@/lib/domain/refusals/refusal-reasons";
import { refusalReasonWords } from "@/lib/domain/refusals/refusal-words";
import classes from "./refusals.module.css";

const parsers = {
  action: parseAsStringLiteral(REFUSED_ACTIONS),
  /** Hours back from now. */
  within: parseAsInteger,
  reason: parseAsString,
  device: parseAsString,
  token: parseAsString,
  holder: parseAsString,
};

/** The filters of the list; the address is where they are kept. */
export function useRefusalFilters() {
  return useQueryStates(parsers);
}

const ACTIONS = [
  { key: "connect", label: "Connect" },
  { key: "publish", label: "Publish" },
  { key: "subscribe", label: "Subscribe" },
];
const WINDOWS = [
  { key: "1", label: "Last hour" },
  { key: "24", label: "Last day" },
  { key: "168", label: "Last week" },
];

export function RefusalFilters() {
  const [filters, set] = useRefusalFilters();
  const { action, within, reason, device, token, holder } = filters;
  const narrowed = [
    { key: "reason", name: "Reason", value: reason, label: reason ? refusalReasonWords(reason) : "" },
    { key: "device", name: "Device", value: device, label: device ?? "" },
    { key: "token", name: "Token", value: token, label: token ?? "" },
    { key: "holder", name: "Holder", value: holder, label: holder ?? "" },
  ];
  return (
    <div className={classes.filters}>
      <FilterChips
        legend="Action"
        chips={ACTIONS}
        chosen={action ? [action] : []}
        onToggle={(key) => void set({ action: key === action ? null : parsers.action.parse(key) })}
      />
      <FilterChips
        legend="Within"
        chips={WINDOWS}
        chosen={within ? [String(within)] : []}
        onToggle={(key) => void set({ within: Number(key) === within ? null : Number(key) })}
      />
      {narrowed.map(({ key, name, value, label }) =>
        value === null ? null : (
          <FilterChips
            key={key}
            legend={name}
            chips={[{ key, label: <Removable label={label} /> }]}
            chosen={[key]}
            onToggle={() => void set({ [key]: null })}
          />
        ),
      )}
    </div>
  );
}

function Removable({ label }: { label: string }) {
  return (
    <>
      {label} <Icon name="close" size={10} />
      <span className="visually-hidden">remove</span>
    </>
  );
}
