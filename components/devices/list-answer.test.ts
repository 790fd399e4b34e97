import { expect, test } from "vitest";
import { PRESENCE_STATES, type PresenceState } from "@/lib/protocol/presence";
import { listAnswer } from "./list-answer";

const facets = (offline: number) =>
  Object.fromEntries(PRESENCE_STATES.map((state) => [state, state === "offline" ? offline : 0])) as Record<PresenceState, number>;

test.each([
  [{ total: 3218, facets: facets(57), filtered: false, states: [] }, "57 of 3,218 devices are offline"],
  [{ total: 1, facets: facets(1), filtered: false, states: [] }, "1 of 1 device is offline"],
  [{ total: 50, facets: facets(0), filtered: false, states: [] }, "50 devices, none offline"],
  [{ total: 0, facets: facets(0), filtered: false, states: [] }, "No devices yet"],
  [{ total: 0, facets: facets(0), filtered: true, states: [] }, "No device matches"],
  [{ total: 1, facets: facets(9), filtered: true, states: [] }, "1 device matches"],
  [{ total: 12, facets: facets(9), filtered: true, states: ["offline", "silent"] as PresenceState[] }, "12 devices offline or silent"],
])("%j", (listed, answer) => expect(listAnswer(listed)).toBe(answer));
