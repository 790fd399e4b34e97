import { DEVICE_CATALOGUE } from "@/lib/domain/devices/device-fields";
import { parseQuery } from "@/lib/domain/query/parse-query";
import { QueryError } from "@/lib/domain/query/query-error";
import { withValues } from "@/lib/domain/query/set-term";
import { takeTerms } from "@/lib/domain/query/take-terms";
import type { PresenceState } from "@/lib/protocol/presence";

export interface ReadText {
  problem: QueryError | undefined;
  /** States that the text asks for on its own: the chips. */
  states: readonly string[];
  /** The text with exactly these states; undefined while it cannot be read. */
  withStates(states: readonly PresenceState[]): string | undefined;
}

/** What the list's text says, for box and chips. */
export function readText(text: string): ReadText {
  try {
    const query = parseQuery(text, DEVICE_CATALOGUE);
    const states = takeTerms(query, "state").taken.flatMap(({ values }) => values.map((value) => value.text.toLowerCase()));
    return { problem: undefined, states, withStates: (chosen) => withValues(query, "state", chosen) };
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return { problem: error, states: [], withStates: () => undefined };
  }
}
