import { expect, test } from "vitest";
import { cutWords, leftWithoutWords, milliseconds, selectorWords, sessionWords, tokenCount } from "./revocation-words";

test("milliseconds are never negative, and seconds from one on", () => {
  expect([-3, 0, 8.6, 999, 1_900, 62_040].map(milliseconds)).toEqual(["0 ms", "0 ms", "9 ms", "999 ms", "1.9 s", "62.0 s"]);
});

test("what was meant", () => {
  expect(selectorWords({ tokenId: "tok_1" })).toBe("token tok_1");
  expect(selectorWords({ deviceId: "dev_1" })).toBe("all of device dev_1");
  expect(selectorWords({ batchId: "bat_1" })).toBe("all of batch bat_1");
  expect(selectorWords({ query: "site:Harbour" })).toBe("all that match site:Harbour");
  expect(selectorWords({ subject: "svc_1" })).toBe("all of svc_1");
  expect(selectorWords({ subject: "svc_1", issuedBefore: "2026-11-28T12:00:00Z" })).toBe("all of svc_1 issued before 2026-11-28T12:00:00Z");
});

test("the answer of a receipt", () => {
  expect(cutWords({ sessions: 3, cut: 3, lastCutMilliseconds: 214 })).toBe("3 of 3 sessions cut in 214 ms");
  expect(cutWords({ sessions: 1, cut: 0, lastCutMilliseconds: null })).toBe("0 of 1 session cut");
  expect(cutWords({ sessions: 0, cut: 0, lastCutMilliseconds: null })).toBe("No session was open");
});

test("what would be met", () => {
  expect(sessionWords([])).toBe("none");
  expect(
    sessionWords([
      { broker: "embedded", sessions: 2 },
      { broker: "rabbitmq", sessions: 1 },
    ]),
  ).toBe("2 at embedded, 1 at rabbitmq");
  expect(leftWithoutWords({ count: 0, first: [] })).toBe("none");
  expect(
    leftWithoutWords({
      count: 3,
      first: [
        { id: "a", name: "Pump 1" },
        { id: "b", name: "Pump 2" },
      ],
    }),
  ).toBe("3: Pump 1, Pump 2, …");
  expect([tokenCount(1), tokenCount(1_200)]).toEqual(["1 token", "1,200 tokens"]);
});
