import { expect, test } from "vitest";
import { isPingOpen, type PingView, pingSentences } from "./ping-view";

const at = "2026-11-28T09:00:00.000Z";
const ping: PingView = {
  id: "cmd_1",
  at,
  by: "Sam",
  topic: "sp/v1/f/d/down/command/cmd_1",
  sentAt: "2026-11-28T09:00:00.200Z",
  session: { number: "7", connectedAt: "2026-11-28T08:00:00.000Z", address: "10.0.0.4" },
  heardAt: null,
};
const after = (seconds: number) => Date.parse(at) + seconds * 1_000;

test("it says what was sent, whether anybody could hear it, and what came back", () => {
  expect(pingSentences({ ...ping, heardAt: "2026-11-28T09:00:01.500Z" }, after(3))).toEqual([
    "Sam asked it to report at once; our broker took the message at 09:00:00 UTC (topic sp/v1/f/d/down/command/cmd_1, QoS 1).",
    "The broker has a session with it since 08:00:00 UTC, from 10.0.0.4: it is delivered there, if the device listens to commands.",
    "It was heard of 1.3 s later.",
  ]);
  expect(pingSentences({ ...ping, session: null, sentAt: null }, after(30)).slice(0, 3)).toEqual([
    "Sam asked it to report at once; the message has not reached our broker yet (topic sp/v1/f/d/down/command/cmd_1).",
    "The broker has no session with it: nobody could hear the message. It is not kept for later.",
    "Nothing was heard of it within 20 s.",
  ]);
});

test("it waits twenty seconds", () => {
  expect([isPingOpen(ping, after(19)), isPingOpen(ping, after(20)), isPingOpen({ ...ping, heardAt: at }, after(1))]).toEqual([true, false, false]);
});
