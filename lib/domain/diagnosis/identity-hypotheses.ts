import { given, spanText } from "./evidence";
import { cause, type Maker, triesFor } from "./hypothesis";
import { judgeTamper } from "./judge-tamper";

// It may not be what it was, or not alone.

export const tampering: Maker = (facts, id) => {
  const { evidence } = judgeTamper(facts);
  return {
    key: "tampering",
    title: "Somebody may have laid hands on it",
    because: "somebody may have laid hands on it",
    evidence: evidence.length > 0 ? evidence : [{ kind: "no_signs", weight: -4, text: "No sign of it was seen.", source: "sessions, refusals, posture" }],
    next: { text: "Have somebody look at it. Suspend it if its identity may be in other hands.", href: `/devices/${id}` },
  };
};

export const clock: Maker = (facts, id) => {
  const off = facts.clock?.offSeconds ?? 0;
  return {
    key: "clock",
    title: "Its clock is wrong, so its token does not fit",
    because: "its clock is wrong",
    evidence: given(
      triesFor(facts, 5, "not_yet_valid"),
      Math.abs(off) >= 120 && {
        kind: "skew",
        weight: 2,
        text: `Its last messages were stamped ${spanText(off * 1000)} ${off > 0 ? "ahead of" : "behind"} our time.`,
        source: "last messages",
      },
      facts.clock !== null &&
        Math.abs(off) < 120 && {
          kind: "right",
          weight: -3,
          text: `Its clock was right within ${spanText(Math.max(Math.abs(off), 1) * 1000)} in its last messages.`,
          source: "last messages",
        },
      Math.abs(off) >= 120 && { kind: "alone", weight: 0, text: "A wrong clock alone does not end a session.", source: "sessions" },
    ),
    next: { text: "Set its time server, and restart it.", href: `/devices/${id}` },
  };
};

export const secondHolder: Maker = (facts, id) => ({
  key: "second_holder",
  title: "Another connection with its identity took its place",
  because: "another connection with its identity took its place",
  evidence: given(
    cause(facts, "taken_over") && {
      kind: "taken_over",
      weight: 5,
      text: "Another connection with the same identity took its place, and then left.",
      source: "sessions",
    },
    facts.secondHolder && {
      kind: "networks",
      weight: 2,
      text: `Its identity was used from ${facts.secondHolder.networks.join(" and ")}.`,
      source: "sessions",
    },
    !cause(facts, "taken_over") && !facts.secondHolder && { kind: "one", weight: -4, text: "Its identity was used by one device only.", source: "sessions" },
  ),
  next: { text: "Find out which one is the device. Revoke its token and grant a new one.", href: `/devices/${id}` },
});
