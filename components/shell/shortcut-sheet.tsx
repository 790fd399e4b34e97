"use client";

import { Switch } from "@mantine/core";
import { Dialog } from "@/components/ui/dialog";
import { useSession } from "@/lib/client/session";
import { NAV_ITEMS } from "./nav-items";
import { setSingleKeys, useSingleKeys } from "./preferences";
import classes from "./shortcut-sheet.module.css";

const GENERAL: readonly (readonly [what: string, ...keys: string[]])[] = [
  ["Go to anything", "Ctrl", "K"],
  ["Search this list", "/"],
  ["Pause or resume live updates", "p"],
  ["Local time or UTC", "z"],
  ["This sheet", "?"],
  ["Close", "Esc"],
];
const LISTS: readonly (readonly [what: string, ...keys: string[]])[] = [
  ["Next row", "j"],
  ["Previous row", "k"],
  ["Open the row", "Enter"],
];

export function ShortcutSheet({ onClose }: { onClose: () => void }) {
  const { can } = useSession();
  const single = useSingleKeys();
  const jumps = NAV_ITEMS.filter(({ permission }) => can(permission)).map(({ label, jump }) => [label, "g", jump] as const);
  return (
    <Dialog onClose={onClose} title="Keyboard shortcuts" size={640}>
      <div className={classes.columns}>
        <Keys title="Everywhere" rows={GENERAL} />
        <Keys title="Go to" rows={jumps} />
        <Keys title="In lists" rows={LISTS} />
      </div>
      <div className={classes.foot}>
        <Switch
          checked={single}
          onChange={(event) => setSingleKeys(event.currentTarget.checked)}
          label="Single-key shortcuts"
          description="Off: only Ctrl K remains, for those who dictate or brush keys by accident."
        />
      </div>
    </Dialog>
  );
}

function Keys({ title, rows }: { title: string; rows: readonly (readonly [what: string, ...keys: string[]])[] }) {
  return (
    <section>
      <h3>{title}</h3>
      <ul className={classes.keys}>
        {rows.map(([what, ...keys]) => (
          <li key={what}>
            <span>{what}</span>
            <span>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
