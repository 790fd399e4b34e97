import { describe, expect, test } from "vitest";
import { decideDevice, type JobDeviceFacts } from "./decide-device";
import { jobActionSchema } from "./job-action";
import { JOB_EVENTS, JOB_STATES, nextJobState } from "./job-state";
import { jobActionWords } from "./job-words";

const facts = (more: Partial<JobDeviceFacts>): JobDeviceFacts => ({
  kind: "set_tag",
  lifecycle: "active",
  current: "a",
  before: "a",
  after: "b",
  tags: 1,
  ...more,
});

describe("what a job does to a device", () => {
  test.each<[string, Partial<JobDeviceFacts>, object]>([
    ["as it was when the job was made: done", {}, { outcome: "done" }],
    ["is so already: unchanged, whoever made it so", { current: "b" }, { outcome: "unchanged" }],
    ["changed by somebody since: left", { current: "c" }, { outcome: "refused", why: "changed_meanwhile" }],
    ["its tag was taken off since: left", { current: null }, { outcome: "refused", why: "changed_meanwhile" }],
    ["retired: left", { lifecycle: "retired" }, { outcome: "refused", why: "retired" }],
    ["retired, and so already: unchanged", { lifecycle: "retired", current: "b" }, { outcome: "unchanged" }],
    ["a 33rd tag", { current: null, before: null, tags: 32 }, { outcome: "refused", why: "too_many_tags" }],
    ["another value of a tag that it has, at 32", { tags: 32 }, { outcome: "done" }],
    ["a tag put back as the 33rd", { kind: "remove_tag", current: null, before: null, tags: 32 }, { outcome: "refused", why: "too_many_tags" }],
    [
      "resumed, and not suspended",
      { kind: "resume", lifecycle: "pending", current: "pending", before: "pending", after: "active" },
      { outcome: "refused", why: "not_suspended" },
    ],
    [
      "suspended: back to what it was",
      { kind: "suspend", lifecycle: "suspended", current: "suspended", before: "suspended", after: "pending" },
      { outcome: "done" },
    ],
    ["to retire, resumed since", { kind: "retire", current: "active", before: "suspended", after: "retired" }, { outcome: "done" }],
    ["alerts that came since", { kind: "acknowledge", current: "2", before: "1", after: "0" }, { outcome: "done" }],
    ["no alert that fires", { kind: "acknowledge", current: "0", before: "1", after: "0" }, { outcome: "unchanged" }],
  ])("%s", (_, more, decision) => {
    expect(decideDevice(facts(more))).toEqual(decision);
  });

  test("a second time nothing", () => {
    const done = facts({});
    expect(decideDevice({ ...done, current: done.after })).toEqual({ outcome: "unchanged" });
  });
});

test("the whole state machine of a job", () => {
  expect(JOB_STATES.map((state) => [state, JOB_EVENTS.map((event) => nextJobState(state, event) ?? "-").join(" ")])).toEqual([
    ["waiting", "running rejected - cancelled"],
    ["running", "- - finished cancelled"],
    ["finished", "- - - -"],
    ["cancelled", "- - - -"],
    ["rejected", "- - - -"],
  ]);
});

test("every action has its words", () => {
  const said = [
    { kind: "set_tag", key: "line" },
    { kind: "set_tag", key: "line", value: "cold" },
    { kind: "remove_tag", key: "line" },
    { kind: "move", site: null },
    { kind: "move", site: "Quay" },
    { kind: "set_profile", profile: "meter" },
    { kind: "suspend" },
    { kind: "resume" },
    { kind: "retire" },
    { kind: "acknowledge" },
  ].map((action) => jobActionWords(jobActionSchema.parse(action)));
  expect(new Set(said).size).toBe(10);
});
