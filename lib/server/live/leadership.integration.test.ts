import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createLog } from "@/lib/base/log";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { type Leadership, seekLeadership } from "./leadership";

let db: TestDatabase;
const seekers: Leadership[] = [];
const log = createLog("test", "silent");

beforeAll(async () => {
  db = await testDatabase();
});
afterEach(async () => {
  await Promise.all(seekers.splice(0).map((seeker) => seeker.stop()));
});
afterAll(() => db.close());

function seek(): Leadership & { gained: number } {
  const seeker = { ...seekLeadership(db.url, { log, onGain: () => seeker.gained++ }), gained: 0 };
  seekers.push(seeker);
  return seeker;
}

test("one leads; when it stops, the next does", async () => {
  const all = [seek(), seek(), seek()];
  const leaders = () => all.filter((seeker) => seeker.leads());
  await expect.poll(() => leaders().length).toBe(1);
  const [first] = leaders();
  await first?.stop();
  await expect.poll(() => leaders().length).toBe(1);
  expect(leaders()[0]).not.toBe(first);
  expect(all.map(({ gained }) => gained).sort()).toEqual([0, 1, 1]);
});

test("a leader whose connection breaks does not lead, and may again", async () => {
  const only = seek();
  await expect.poll(() => only.leads()).toBe(true);
  await db.database.pool.query("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()");
  await expect.poll(() => only.gained).toBe(2);
  expect(only.leads()).toBe(true);
});
