import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { DEVICE_STORIES } from "./device-stories";
import { MIXED_STORIES } from "./mixed-stories";
import { OUTAGE_STORIES } from "./outage-stories";
import { replay } from "./replay";
import { faults } from "./score";

/** A few of each kind; `npm run bench presence` plays them all, with other seeds. */
const STORIES = { ...OUTAGE_STORIES, ...DEVICE_STORIES, ...MIXED_STORIES };
const PLAYED = [
  "site power cut",
  "provider is back, one of its sites is not",
  "broker crash",
  "one stolen while a site is dark",
  "cloned identity",
  "stolen in the dark",
];

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

test.each(PLAYED)("%s is told as what it is", { timeout: 120_000 }, async (kind) => {
  const story = STORIES[kind]?.(1);
  if (!story) throw new Error(`no story ${kind}`);
  expect(faults(await replay(db.database, story))).toEqual([]);
});
