import { Time } from "@/components/ui/time/time";
import type { InvestigationGroup } from "@/lib/domain/investigations/investigation-view";
import classes from "./investigations.module.css";

interface Props {
  groups: readonly InvestigationGroup[];
  chosen: InvestigationGroup;
  onChoose: (group: InvestigationGroup) => void;
}

/** One line per likely cause; its devices stand beside it. */
export function GroupList({ groups, chosen, onChoose }: Props) {
  return (
    <ul className={classes.groups}>
      {groups.map((group) => (
        <li key={`${group.cause} ${group.outageId}`}>
          <a
            className={classes.group}
            href={`?cause=${group.cause}${group.outageId ? `&outage=${group.outageId}` : ""}`}
            aria-current={group === chosen ? "true" : undefined}
            onClick={(event) => {
              if (event.metaKey || event.ctrlKey) return;
              event.preventDefault();
              onChoose(group);
            }}
          >
            <strong>{group.title}</strong>
            <span className={classes.count}>
              {group.devices.toLocaleString("en")}
              <span className="visually-hidden"> devices</span>
            </span>
            <span className={classes.detail}>
              {group.assigned === 0 ? "assigned to nobody" : `${group.assigned.toLocaleString("en")} assigned`}, longest{" "}
              <Time at={group.oldestSince} form="elapsed" />
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}
