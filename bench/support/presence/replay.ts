import type { Database } from "@/lib/server/database/client";
import { getDiagnosis } from "@/lib/server/diagnosis/index";
import { makeContext } from "@/lib/testing/context";
import type { Story } from "./story";
import { World } from "./world";

/** What was said of one story, beside what ought to have been said. */
export interface Outcome {
  kind: string;
  causes: { expected: readonly string[]; told: string }[];
  /** Outages that were really there, and those that were told (devices each, as places in the story). */
  trueOutages: number[][];
  toldOutages: number[][];
  /** Messages that an outage began. */
  opened: number;
  devices: number;
  tampered: number[];
  suspected: number[];
  /** Devices that were called offline over a broker crash though they came back in time. */
  falseOffline: number;
}

const CLOSE_SECONDS = 5;
const CALM_SECONDS = 30;
/** After something happened the worker is followed closely for so long. */
const CLOSELY = 25;

/** Plays one story through the worker's steps and asks the questions of its truth at their time. */
export async function replay(database: Database, story: Story): Promise<Outcome> {
  const world = new World(database);
  await world.begin(story);
  const steps = [...story.steps];
  const questions = [...story.truth.causes].sort((a, b) => a.at - b.at);
  const crashes = story.crashes.flatMap(({ at, seconds }) => [
    { at, down: true },
    { at: at + seconds, down: false },
  ]);
  const suspected = new Set<number>();
  const causes: Outcome["causes"] = [];
  let busyUntil = 0;
  for (let now = 0; now < story.seconds; ) {
    now = Math.min(now + (now < busyUntil ? CLOSE_SECONDS : CALM_SECONDS), story.seconds);
    for (let next = steps[0]; next && next.at <= now; next = steps[0]) {
      while (crashes[0] && crashes[0].at <= next.at) await passCrash(world, crashes.shift());
      await world.apply(next);
      steps.shift();
      busyUntil = now + CLOSELY;
    }
    while (crashes[0] && crashes[0].at <= now) await passCrash(world, crashes.shift());
    await world.look(now);
    for (const device of await suspects(database)) suspected.add(world.ids.indexOf(device));
    for (let next = questions[0]; next && next.at <= now; next = questions[0]) {
      const { hypotheses } = await getDiagnosis(makeContext(database, { fleetId: world.fleetId, clock: world.clock, role: "support" }), {
        deviceId: world.ids[next.unit] ?? "",
      });
      causes.push({ expected: next.keys, told: hypotheses[0]?.key ?? "nothing" });
      questions.shift();
    }
  }
  const { told, opened } = await outages(database, world);
  return {
    kind: story.kind,
    causes,
    trueOutages: story.truth.outages,
    toldOutages: told,
    opened,
    devices: story.units.length,
    tampered: story.truth.tampered,
    suspected: [...suspected],
    falseOffline: story.crashes.length > 0 ? await falseOffline(database, world, story) : 0,
  };
}

async function passCrash(world: World, crash: { at: number; down: boolean } | undefined): Promise<void> {
  if (crash?.down) world.crash();
  else if (crash) await world.restart(crash.at);
}

async function suspects({ pool }: Database): Promise<string[]> {
  const { rows } = await pool.query<{ device_id: string }>("select device_id from tamper_verdict where suspected");
  return rows.map(({ device_id }) => device_id);
}

async function outages({ pool }: Database, world: World): Promise<{ told: number[][]; opened: number }> {
  const { rows } = await pool.query<{ devices: string[] }>(
    `select array_agg(m.device_id) as devices from outage o join outage_device m on m.outage_id = o.id
     where coalesce(o.closed_reason, '') not in ('merged', 'withdrawn') group by o.id`,
  );
  const { rows: notices } = await pool.query<{ count: number }>(
    "select count(*)::int as count from outbox where kind = 'outage.notify' and payload->>'event' = 'outage.opened'",
  );
  return { told: rows.map(({ devices }) => devices.map((id) => world.ids.indexOf(id))), opened: notices[0]?.count ?? 0 };
}

async function falseOffline({ pool }: Database, world: World, story: Story): Promise<number> {
  const meant = new Set(story.truth.outages.flat());
  const { rows } = await pool.query<{ device_id: string }>("select distinct device_id from presence_change where state = 'offline'");
  return rows.filter(({ device_id }) => !meant.has(world.ids.indexOf(device_id))).length;
}
