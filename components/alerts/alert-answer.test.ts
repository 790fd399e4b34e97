import { expect, test } from "vitest";
import { alertAnswer } from "./alert-answer";

const alert = (state: "firing" | "pending" | "resolved", acknowledged = false) => ({ state, acknowledgedAt: acknowledged ? "2026-11-17T14:00:00.000Z" : null });

test.each([
  [[], "No alert is firing"],
  [[alert("pending")], "No alert is firing"],
  [[alert("firing")], "1 alert is firing, not acknowledged"],
  [[alert("firing", true), alert("pending")], "1 alert is firing, acknowledged"],
  [[alert("firing"), alert("firing")], "2 alerts are firing, none acknowledged"],
  [[alert("firing", true), alert("firing", true)], "2 alerts are firing, all acknowledged"],
  [[alert("firing", true), alert("firing"), alert("firing")], "3 alerts are firing, 2 not acknowledged"],
])("%j", (open, answer) => expect(alertAnswer(open)).toBe(answer));
