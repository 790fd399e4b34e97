import { expect, test } from "vitest";
import { type KeyPress, matchKey } from "./shortcut-match";

const rules = { jumps: new Map([["d", "/devices"]]), singleKeys: true };
const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({ key, ctrlOrMeta: false, alt: false, typing: false, ...more });

test.each([
  ["?", "sheet"],
  ["/", "search"],
  ["p", "pause"],
  ["z", "zone"],
])("%s does %s, and is a letter while typing", (key, command) => {
  expect(matchKey(press(key), false, rules).command?.do).toBe(command);
  expect(matchKey(press(key, { typing: true }), false, rules).command).toBeUndefined();
});

test("g waits for a second key; an unknown one ends the wait", () => {
  expect(matchKey(press("g"), false, rules)).toEqual({ command: undefined, jumping: true });
  expect(matchKey(press("d"), true, rules)).toEqual({ command: { do: "go", href: "/devices" }, jumping: false });
  expect(matchKey(press("p"), true, rules)).toEqual({ command: undefined, jumping: false });
  expect(matchKey(press("d"), false, rules).command).toBeUndefined();
});

test("Ctrl K opens the palette from everywhere, also with single keys switched off", () => {
  const off = { ...rules, singleKeys: false };
  expect(matchKey(press("k", { ctrlOrMeta: true, typing: true }), false, off).command).toEqual({ do: "palette" });
  expect(matchKey(press("K", { ctrlOrMeta: true }), false, off).command).toEqual({ do: "palette" });
  expect(matchKey(press("?"), false, off).command).toBeUndefined();
  expect(matchKey(press("c", { ctrlOrMeta: true }), false, rules).command).toBeUndefined();
});
