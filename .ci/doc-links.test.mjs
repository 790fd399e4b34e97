import { expect, test } from "vitest";
import { deadLinks, slug } from "./doc-links.mjs";

const files = new Map([
  ["docs/guide.md", "# Guide\n\n## Ports & variables\n"],
  ["lib/base/ids.ts", ""],
  ["docs", ""],
]);
const disk = { exists: (file) => files.has(file), read: (file) => files.get(file) };
const dead = (text, file = "README.md") => deadLinks(file, text, disk);

test("links that lead somewhere are fine", () => {
  expect(dead("[a](docs/guide.md) [b](docs/guide.md#ports--variables) [c](https://example.com/x) `lib/base/ids.ts`")).toEqual([]);
  expect(dead("[up](../lib/base/ids.ts) [here](#top)\n# Top", "docs/guide.md")).toEqual([]);
});

test.each([
  ["a missing file", "[a](docs/none.md)"],
  ["a missing picture", "![a](docs/none.png)"],
  ["a missing picture in HTML", '<img alt="x" src="docs/none.png">'],
  ["a missing heading", "[a](docs/guide.md#nothing)"],
  ["a missing heading of its own", "[a](#nothing)"],
  ["a path in code marks", "see `lib/base/none.ts`"],
])("%s is reported", (_name, text) => {
  expect(dead(text)).toHaveLength(1);
});

test("code blocks and patterns are not paths", () => {
  expect(dead("```\n[a](none.md) `lib/none.ts`\n```\n`lib/*/x.ts` `lib/<noun>/x.ts` `npm run demo`")).toEqual([]);
});

test("slugs are GitHub's", () => {
  expect(slug("What `npm run demo` does, in short")).toBe("what-npm-run-demo-does-in-short");
});
