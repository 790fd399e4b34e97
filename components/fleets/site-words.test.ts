import { expect, test } from "vitest";
import { PRESENCE_STATES, type PresenceState } from "@/lib/protocol/presence";
import { siteWords } from "./site-words";

const words = (some: Partial<Record<PresenceState, number>>) =>
  siteWords(Object.fromEntries(PRESENCE_STATES.map((state) => [state, some[state] ?? 0])) as Record<PresenceState, number>);

test.each([
  [{ online: 44 }, "all online", undefined],
  [{ sleeping: 3 }, "all asleep", undefined],
  [{ online: 40, sleeping: 3 }, "all online", undefined],
  [{ online: 1, offline: 2, silent: 5 }, "2 offline, 5 silent", "bad"],
  [{ silent: 1, unknown: 2, never_seen: 3 }, "1 silent, 2 unknown", "warn"],
  [{ never_seen: 12, online: 1 }, "12 never seen", undefined],
])("%j", (counts, text, tone) => expect(words(counts)).toEqual({ text, tone }));
