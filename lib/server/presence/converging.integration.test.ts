import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createLog } from "@/lib/base/log";
import { advancePresence, type Presence, type PresenceInput } from "@/lib/domain/presence/advance-presence";
import { DISCONNECT_REASONS } from "@/lib/protocol/presence";
import { fakeClock } from "@/lib/testing/clock";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet, makeProfile, makeSession } from "@/lib/testing/factories";
import type { StepContext } from "../step";
import { handleSessionEvents } from "./index";

let db: TestDatabase;
let ctx: StepContext;
let fleetId: string;
let profileId: string;
let number = 0n;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());
beforeEach(async () => {
  ctx = { database: db.database, clock: fakeClock(), log: createLog("test", "silent") };
  await db.database.prisma.fleet.deleteMany();
  fleetId = (await makeFleet(db.database)).id;
  profileId = (await makeProfile(db.database, fleetId)).id;
});

const TAKEN_OVER = "DUPLICATE_CLIENTID";
interface Told {
  kind: "connected" | "disconnected";
  /** Place of the session in the story. */
  place: number;
}
interface Story {
  /** How each session ended; null: it is open. */
  reasons: (string | null)[];
  /** What the broker told, in any order, some of it twice. */
  told: Told[];
  /** Events per step of the worker. */
  batch: number;
}

/** Every session is told to have begun; its end, too, unless another one took it over: the broker says nothing then. */
const stories: fc.Arbitrary<Story> = fc
  .array(fc.option(fc.constantFrom(...DISCONNECT_REASONS), { nil: null }), { minLength: 1, maxLength: 7 })
  .chain((reasons) => {
    const told = reasons.flatMap((reason, place): Told[] => [
      { kind: "connected", place },
      ...(reason && reason !== TAKEN_OVER ? [{ kind: "disconnected" as const, place }] : []),
    ]);
    return fc
      .array(fc.constantFrom(...told), { maxLength: 6 })
      .chain((again) => fc.shuffledSubarray([...told, ...again], { minLength: told.length + again.length }))
      .chain((shuffled) => fc.integer({ min: 1, max: 6 }).map((batch) => ({ reasons, told: shuffled, batch })));
  });

/** The end of the fourth session first: which one it took over is told by its beginning, later. */
const TOLD_LATE: Story = {
  reasons: ["TOKEN_REVOKED", "CLIENT_INITIATED_DISCONNECT", TAKEN_OVER, "CLIENT_INITIATED_DISCONNECT", null, "CLIENT_INITIATED_DISCONNECT"],
  told: [
    { kind: "disconnected", place: 3 },
    ...[1, 5, 3, 0, 4].map((place) => ({ kind: "connected" as const, place })),
    { kind: "disconnected", place: 5 },
    ...[0, 2].map((place) => ({ kind: "connected" as const, place })),
    { kind: "disconnected", place: 0 },
    { kind: "disconnected", place: 1 },
  ],
  batch: 1,
};

const at = (seconds: number) => new Date(ctx.clock.now().getTime() - 600_000 + seconds * 1_000);
const startOf = (place: number) => at(place * 10);
/** One that was taken over ended when the next began. */
const endOf = (place: number, reason: string | null) => at(place * 10 + (reason === TAKEN_OVER ? 10 : 5));

test("session events in any order, some twice, in portions of any size: the store ends where the machine does with all of them in order", async () => {
  await fc.assert(
    fc.asyncProperty(stories, async ({ reasons, told, batch }) => {
      const device = await makeDevice(db.database, fleetId, { profileId });
      const first = number + 1n;
      for (const [place, reason] of reasons.entries()) {
        number++;
        await makeSession(db.database, device, {
          number,
          connectedAt: startOf(place),
          ...(reason && { disconnectedAt: endOf(place, reason), disconnectReason: reason }),
        });
      }
      await db.database.prisma.sessionEvent.createMany({
        data: told.map(({ kind, place }) => ({
          fleetId,
          deviceId: device.id,
          sessionNumber: first + BigInt(place),
          kind,
          reason: kind === "connected" ? null : (reasons[place] ?? null),
          at: kind === "connected" ? startOf(place) : endOf(place, reasons[place] ?? null),
        })),
      });
      while ((await handleSessionEvents(ctx, batch)) > 0);
      const stored = await db.database.prisma.presence.findUniqueOrThrow({ where: { deviceId: device.id } });
      const expected = inOrder(reasons, first);
      expect({ state: stored.state, cause: stored.cause, sessionNumber: stored.sessionNumber }).toEqual({
        state: expected.state,
        cause: expected.cause,
        sessionNumber: expected.sessionNumber,
      });
      // When flapping was noticed depends on what was told first; since when it is anything else does not.
      if (expected.state !== "flapping") expect(stored.since).toEqual(expected.since);
    }),
    { numRuns: 40, examples: [[TOLD_LATE]] },
  );
});

function inOrder(reasons: Story["reasons"], first: bigint): Presence {
  const born: Presence = { state: "never_seen", cause: "never_connected", since: at(0), sessionNumber: null, ends: [], beneath: null };
  const inputs = reasons.flatMap((reason, place): PresenceInput[] => {
    const session = first + BigInt(place);
    const before = reasons[place - 1];
    return [
      { kind: "connected", session, at: startOf(place) },
      ...(before === TAKEN_OVER ? [{ kind: "disconnected" as const, session: session - 1n, reason: TAKEN_OVER, at: endOf(place - 1, TAKEN_OVER) }] : []),
      ...(reason && reason !== TAKEN_OVER ? [{ kind: "disconnected" as const, session, reason, at: endOf(place, reason) }] : []),
    ];
  });
  return inputs.reduce(advancePresence, born);
}
