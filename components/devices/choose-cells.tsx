"use client";

import { Checkbox } from "@mantine/core";
import { useChosenDevices } from "@/lib/client/chosen-devices";
import classes from "./device-table.module.css";

export function ChooseAll() {
  const { all, count, total, chooseAll } = useChosenDevices();
  const label = `Choose all ${total.toLocaleString("en")} that match`;
  return <Checkbox className={classes.choose} aria-label={label} title={label} checked={all} indeterminate={!all && count > 0} onChange={chooseAll} />;
}

/** Untick one of all that match, and only those on screen could be known: it begins anew with that one. */
export function ChooseRow({ id, name }: { id: string; name: string }) {
  const { all, ids, toggle } = useChosenDevices();
  return <Checkbox className={classes.choose} aria-label={`Choose ${name}`} checked={all || ids.has(id)} disabled={all} onChange={() => toggle(id)} />;
}
