import { BRANCHES } from "@/lib/domain/tokens/branches";
import type { GrantPreview } from "@/lib/domain/tokens/grant-answer";
import classes from "./grant-tree.module.css";

interface Line {
  depth: number;
  text: string;
  /** Name of the branch; undefined for what only stands above others. */
  branch?: string;
}

const ofDevice = BRANCHES.filter(({ of }) => of === "device");
const side = (name: string): Line[] => [
  { depth: 2, text: name },
  ...ofDevice.filter(({ levels }) => levels[0] === name).map((branch) => ({ depth: 3, text: branch.name.slice(name.length + 1), branch: branch.name })),
];
const LINES: readonly Line[] = [
  { depth: 1, text: "{device}" },
  ...side("up"),
  ...side("down"),
  { depth: 1, text: "{device}/presence", branch: "presence" },
  ...BRANCHES.filter(({ of }) => of === "fleet").map(({ name }) => ({ depth: 1, text: name, branch: name })),
];

/** The topic tree, with what the token reaches lit up: by weight, words and colour. */
export function GrantTree({ preview, fleetId }: { preview: GrantPreview | undefined; fleetId: string }) {
  const reach = preview?.reach;
  const of = (branch: string | undefined) => reach?.branches.find((one) => one.branch === branch);
  const lit = reach?.branches.filter(({ read, write }) => read + write > 0).length ?? 0;
  return (
    <section className={classes.section} aria-labelledby="grant-tree">
      <h2 id="grant-tree" className={classes.title}>
        <span>3</span> What it reaches{" "}
        <small>
          {lit} of {BRANCHES.length} branches
        </small>
      </h2>
      <ul className={classes.tree}>
        <li className={classes.line}>
          <code>sp/v1/{fleetId}</code>
          <span>{reach ? `${reach.devices.toLocaleString("en")} of ${reach.fleetDevices.toLocaleString("en")} devices` : ""}</span>
        </li>
        {LINES.map(({ depth, text, branch }) => {
          const found = of(branch);
          return (
            <li
              key={`${depth} ${text} ${branch ?? ""}`}
              className={classes.line}
              data-depth={depth}
              data-lit={found?.write ? "write" : found?.read ? "read" : undefined}
            >
              <code>{text}</code>
              {found?.read ? <em>read</em> : null}
              {found?.write ? <em>write</em> : null}
              <span>{found && branch !== undefined ? sizes(found, branch) : ""}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function sizes({ read, write }: { read: number; write: number }, branch: string): string {
  const most = Math.max(read, write);
  if (most === 0) return "";
  const noun = branch.startsWith("live/") ? "topic" : "device";
  return `${most.toLocaleString("en")} ${noun}${most === 1 ? "" : "s"}`;
}
