import type { StateName } from "@/components/ui/state-shapes";
import { formatDuration } from "@/components/ui/time/format-time";
import type { CommandState } from "@/lib/domain/commands/command-state";
import type { CommandView } from "@/lib/domain/commands/command-view";
import type { CommandDefinition } from "@/lib/domain/commands/definition";

export const COMMAND_MARKS: Record<CommandState, { state: StateName; word: string }> = {
  waiting: { state: "pending", word: "Waits for a second admin" },
  queued: { state: "waiting", word: "Queued" },
  sent: { state: "waiting", word: "Sent" },
  delivered: { state: "updating", word: "Delivered" },
  running: { state: "updating", word: "Running" },
  succeeded: { state: "done", word: "Succeeded" },
  failed: { state: "failed", word: "Failed" },
  rejected: { state: "failed", word: "Rejected" },
  timed_out: { state: "failed", word: "Timed out" },
  expired: { state: "never_seen", word: "Expired" },
  cancelled: { state: "never_seen", word: "Cancelled" },
};

/** What became of a command, as a sentence. What the device says late stands beside it. */
export function commandSentence(command: CommandView): string {
  const late = command.late ? ` It said “${COMMAND_MARKS[command.late.state].word.toLowerCase()}” after that.` : "";
  return `${ownSentence(command)}${late}`;
}

function ownSentence({ state, error, progress, sentCount, issuedAt, endedAt, cancelledBy, decidedBy, comment }: CommandView): string {
  const why = error?.message || error?.code.replaceAll("_", " ") || "it did not say why";
  switch (state) {
    case "waiting":
      return "Nothing is sent before another admin agrees.";
    case "queued":
      return "Not sent yet: it goes out when the device is connected.";
    case "sent":
      return sentCount > 1 ? `Sent ${sentCount} times; the device has not said that it has it.` : "Our broker has it; the device has not said that it has it.";
    case "delivered":
      return "The device has it.";
    case "running":
      return progress === null ? "The device is at it." : `The device is at it: ${Math.round(progress)} %.`;
    case "succeeded":
      return issuedAt && endedAt ? `Done within ${formatDuration(Math.max(1_000, Date.parse(endedAt) - Date.parse(issuedAt)))}.` : "Done.";
    case "failed":
      return `The device could not: ${why}`;
    case "rejected":
      return `The device did not begin: ${why}`;
    case "timed_out":
      return "The device had it, and did not tell its end in time.";
    case "expired":
      return error?.message || (issuedAt === null ? "Nobody decided in time." : "The device did not take it in time.");
    case "cancelled":
      return decidedBy ? `Turned down by ${decidedBy}${comment ? `: “${comment}”` : "."}` : `Called back by ${cancelledBy ?? "somebody"}.`;
  }
}

/** What sending means, before it is sent. `connected`: the device is there now. */
export function consequences({ dangerous, queue, expirySeconds }: CommandDefinition, connected: boolean): string {
  const until = formatDuration(expirySeconds * 1000);
  if (dangerous) return `Dangerous: another admin has to agree within a day. After that the device has ${until} to begin.`;
  if (connected) return `It is sent at once. The device has ${until} to begin.`;
  return queue ? `The device is away: it waits for it for ${until}.` : "The device is away, and this command does not wait.";
}

/** A result or parameters on one line: `percent 40, mode slow`. */
export function valueWords(value: CommandView["result"]): string {
  if (value === null || typeof value !== "object") return value === null ? "" : String(value);
  if (Array.isArray(value)) return JSON.stringify(value);
  return Object.entries(value)
    .map(([name, part]) => `${name} ${part !== null && typeof part === "object" ? JSON.stringify(part) : String(part)}`)
    .join(", ");
}
