import { describe, expect, test } from "vitest";
import { diagnose } from "./diagnose";
import type { DeviceFacts, Refused } from "./facts";
import { judgeTamper } from "./judge-tamper";
import { layersOf } from "./layers";

const NOW = new Date("2026-11-22T12:00:00.000Z");
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1000);

const gone: DeviceFacts = {
  now: NOW,
  lifecycle: "active",
  presence: { state: "offline", cause: "keep_alive_timeout", since: ago(600), lastSeenAt: ago(690) },
  session: { number: "7", connectedAt: ago(90_000), endedAt: ago(600), keepAliveSeconds: 60, network: "10.0.1.0/24", address: "10.0.1.9" },
  sessions: 7,
  endsLastDay: 1,
  plannedSleepMs: null,
  goodbyes: { ended: 6, clean: 0, usualPauseMs: null },
  token: { id: "tok_1", expiresAt: ago(-86_400 * 30), revokedAt: null },
  validTokens: 1,
  outage: null,
  neighbours: { where: "Delft", connected: 12, away: 0 },
  refusals: [],
  secondHolder: null,
  newNetwork: null,
  clock: { offSeconds: 1, jumpSeconds: 0 },
  posture: { at: ago(3_600), peers: 20, oddListeners: [], oddDestinations: [] },
  brokerAlive: true,
};
const refused = (more: Partial<Refused>): Refused => ({
  action: "connect",
  reason: "expired",
  count: 5,
  firstAt: ago(300),
  lastAt: ago(20),
  address: "10.0.1.9",
  network: "10.0.1.0/24",
  ...more,
});
const elsewhere = { address: "203.0.113.9", network: "203.0.113.0/24" };
const ended = (cause: DeviceFacts["presence"]["cause"], more: Partial<DeviceFacts> = {}): DeviceFacts => ({
  ...gone,
  presence: { ...gone.presence, cause },
  ...more,
});
const first = (facts: DeviceFacts) => diagnose(facts, { id: "dev_1", name: "pump-1" }).hypotheses[0];
const outage = { id: "out_1", factor: "site" as const, label: "Delft", devices: 12, away: 12, over: false };

const TABLE: [string, DeviceFacts, string][] = [
  ["power or network", gone, "lost"],
  ["an outage", { ...gone, outage, neighbours: { where: "Delft", connected: 0, away: 11 } }, "outage"],
  ["its token ended", ended("token_expired", { token: { id: "tok_1", expiresAt: ago(600), revokedAt: null }, refusals: [refused({})] }), "token_expired"],
  ["its token was taken back", ended("token_revoked", { token: { id: "tok_1", expiresAt: ago(-9_000), revokedAt: ago(600) } }), "token_revoked"],
  ["refused for something else", ended("connection_lost", { refusals: [refused({ reason: "bad_signature" })] }), "refused"],
  ["a goodbye", ended("clean_disconnect"), "switched_off"],
  ["a planned sleep that is over", ended("overslept", { plannedSleepMs: 900_000 }), "sleeping"],
  ["a connection at RabbitMQ that ended", ended("connection_closed"), "lost"],
  ["a goodbye by habit", ended("clean_disconnect", { goodbyes: { ended: 6, clean: 6, usualPauseMs: 900_000 } }), "sleeping"],
  ["suspended", ended("token_revoked", { lifecycle: "suspended" }), "taken_out"],
  ["a broken protocol", ended("protocol_error"), "misbehaving"],
  ["a broker restart", ended("not_back_after_broker_restart"), "broker"],
  [
    "a clock that is behind",
    ended("connection_lost", { clock: { offSeconds: -540, jumpSeconds: 0 }, refusals: [refused({ reason: "not_yet_valid" })] }),
    "clock",
  ],
  ["tried from elsewhere", { ...gone, refusals: [refused({ reason: "wrong_client_id", ...elsewhere })] }, "tampering"],
];

test.each(TABLE)("%s stands first", (_, facts, key) => expect(first(facts)?.key).toBe(key));

describe("the page", () => {
  test("the answer is a sentence, and what was ruled out stays with its evidence", () => {
    const { answer, hypotheses } = diagnose(TABLE[2]?.[1] ?? gone, { id: "dev_1", name: "pump-1" });
    expect(answer).toBe("pump-1 is offline because its token expired");
    expect(hypotheses[0]).toMatchObject({ likelihood: "very_likely", title: "Its token expired and it keeps trying with the old one" });
    const out = hypotheses.filter(({ likelihood }) => likelihood === "ruled_out");
    expect(out.length).toBeGreaterThan(5);
    expect(out.every(({ evidence }) => evidence.length > 0)).toBe(true);
  });

  test("who never connected, and who is connected, have answers of their own", () => {
    const never = {
      ...gone,
      presence: { state: "never_seen" as const, cause: "never_connected" as const, since: ago(60), lastSeenAt: null },
      session: null,
      sessions: 0,
      token: null,
    };
    const { answer, hypotheses } = diagnose(never, { id: "dev_1", name: "pump-1" });
    expect([answer, hypotheses[0]?.key]).toEqual(["pump-1 has never connected", "never_connected"]);
    const online = { ...gone, presence: { ...gone.presence, state: "online" as const, cause: "connected" as const } };
    expect(diagnose(online, { id: "dev_1", name: "pump-1" }).answer).toBe("pump-1 is online");
  });

  test("each layer has a word", () => {
    expect(layersOf(gone).map(({ name, state }) => [name, state])).toEqual([
      ["Registry", "good"],
      ["Token", "good"],
      ["Network", "unknown"],
      ["Neighbours", "good"],
      ["Broker", "good"],
      ["Clock", "good"],
      ["Posture", "good"],
    ]);
  });
});

describe("tampering", () => {
  const suspected = (more: Partial<DeviceFacts>) => judgeTamper({ ...gone, ...more }).suspected;

  test("vanishing alone is an occasion, no proof; nor is one everyday sign", () => {
    expect(judgeTamper(gone)).toMatchObject({ suspected: false, score: 0 });
    expect(suspected({ newNetwork: { from: "10.0.1.0/24", to: "10.9.9.0/24" } })).toBe(false);
    expect(suspected({ clock: { offSeconds: 4_000, jumpSeconds: 4_000 } })).toBe(false);
  });

  test("signs add up, each with its sentence", () => {
    const judged = judgeTamper({ ...gone, newNetwork: { from: "10.0.1.0/24", to: "10.9.9.0/24" }, clock: { offSeconds: 4_000, jumpSeconds: 4_000 } });
    expect(judged.suspected).toBe(true);
    expect(judged.evidence.map(({ kind }) => kind)).toEqual(["new_network", "clock_jump", "alone"]);
    expect(suspected({ posture: { at: ago(60), peers: 20, oddListeners: ["tcp/23"], oddDestinations: [] } })).toBe(true);
    expect(suspected({ secondHolder: { count: 4, networks: ["10.0.1.0/24", "10.9.9.0/24"], lastAt: ago(60) } })).toBe(true);
  });

  test("an outage speaks against it", () => {
    const odd = { at: ago(60), peers: 20, oddListeners: ["tcp/23"], oddDestinations: [] };
    expect(suspected({ posture: odd, outage, neighbours: { where: "Delft", connected: 0, away: 11 } })).toBe(false);
  });

  test("an outage does not explain that the identity is tried elsewhere meanwhile; a second line with an old token is no thief", () => {
    const dark = { outage, neighbours: { where: "Delft", connected: 0, away: 11 } };
    expect(suspected({ ...dark, refusals: [refused({ reason: "wrong_client_id", ...elsewhere })] })).toBe(true);
    expect(suspected({ ...dark, refusals: [refused({ reason: "expired", ...elsewhere })] })).toBe(false);
  });
});
