import { expect, test } from "vitest";
import { STANDARD_COMMANDS } from "@/lib/domain/commands/standard-commands";
import { definitionOf, draftOf, emptyParameter } from "./definition-draft";

test("what is opened and saved stays as it was", () => {
  for (const definition of STANDARD_COMMANDS) expect(definitionOf(draftOf(definition))).toEqual({ ok: true, definition });
});

test("a new one needs its names; problems stand by their field", () => {
  const draft = draftOf(undefined);
  const wrong = definitionOf({ ...draft, parameters: [{ ...emptyParameter("a"), name: "n", title: "N", min: 9, max: 1 }] });
  expect(wrong.ok ? {} : Object.keys(wrong.problems)).toEqual(["name", "title", "parameters.0.max"]);
  const choice = { ...emptyParameter("a"), kind: "choice" as const, name: "mode", title: "Mode", choices: "slow\n fast \n\nslow" };
  expect(definitionOf({ ...draft, name: "go", title: "Go", parameters: [choice] })).toMatchObject({
    ok: true,
    definition: { name: "go", parameters: [{ kind: "choice", choices: ["slow", "fast"] }] },
  });
});
