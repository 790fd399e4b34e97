import type { JobAction } from "./job-action";

/** "Set tag line to cold": what a job does, for people. */
export function jobActionWords(action: JobAction): string {
  switch (action.kind) {
    case "set_tag":
      return action.value === "" ? `Set tag ${action.key}` : `Set tag ${action.key} to ${action.value}`;
    case "remove_tag":
      return `Remove tag ${action.key}`;
    case "move":
      return action.site === null ? "Take off their site" : `Move to ${action.site}`;
    case "set_profile":
      return `Set profile ${action.profile}`;
    case "suspend":
      return "Suspend";
    case "resume":
      return "Resume";
    case "retire":
      return "Retire";
    case "acknowledge":
      return "Acknowledge alerts";
  }
}
