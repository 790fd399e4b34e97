import { createHash, randomBytes } from "node:crypto";
import { newId } from "@/lib/base/ids";
import type { JobAction } from "@/lib/domain/jobs/job-action";
import type { Role } from "@/lib/domain/members/permissions";
import { assembleReceipt } from "@/lib/domain/tokens/receipt";
import { deviceScopes } from "@/lib/protocol/access";
import { newClaimCode } from "@/lib/protocol/claim-code";
import type { PresenceCause, PresenceState } from "@/lib/protocol/presence";
import { claimDigest } from "@/lib/server/claims/claim-directory";
import type { Database } from "@/lib/server/database/client";
import type { Prisma } from "@/prisma/generated/client";
import type { RefusalCreateManyInput } from "@/prisma/generated/models";

/**
 * Rows that are valid as they stand. Each factory takes what the test is about and makes up the rest; names are unique.
 * Factories only set the stage: behaviour is tested through verbs.
 */
const unique = (word: string) => `${word} ${randomBytes(4).toString("hex")}`;
const digestOf = (text: string) => createHash("sha256").update(text).digest("hex");

export async function makeFleet({ prisma }: Database, name = unique("Fleet")) {
  return prisma.fleet.create({ data: { id: newId("fleet"), name } });
}

export async function makeSite({ prisma }: Database, fleetId: string, name = unique("Site")) {
  return prisma.site.create({ data: { id: newId("site"), fleetId, name } });
}

export async function makeProfile(
  { prisma }: Database,
  fleetId: string,
  options: { name?: string; reportingIntervalSeconds?: number; sleepSeconds?: number } = {},
) {
  return prisma.profile.create({ data: { id: newId("profile"), fleetId, name: unique("Profile"), ...options } });
}

interface DeviceOptions {
  name?: string;
  siteId?: string;
  profileId?: string;
  lifecycle?: "pending" | "active" | "suspended" | "retired";
  firmware?: string;
  presence?: { state: PresenceState; cause: PresenceCause; since?: Date; lastSeenAt?: Date | null; sessionNumber?: bigint; version?: number };
}

/** A device with its presence row, which every device has from birth. Without `profileId` it gets a profile of its own. */
export async function makeDevice(database: Database, fleetId: string, { presence, profileId, ...options }: DeviceOptions = {}) {
  return database.prisma.device.create({
    data: {
      id: newId("device"),
      fleetId,
      name: unique("Device"),
      profileId: profileId ?? (await makeProfile(database, fleetId)).id,
      ...options,
      presence: { create: { fleetId, ...presence } },
    },
    include: { presence: true },
  });
}

/** A person, by default without a password; with `fleetId` a member of that fleet. */
export async function makeUser(
  { prisma }: Database,
  options: { email?: string; name?: string; passwordHash?: string; fleetId?: string; role?: Role; disabledAt?: Date } = {},
) {
  const { fleetId, role = "viewer", email = `${unique("user").replace(" ", "-")}@example.com`, ...rest } = options;
  return prisma.user.create({
    data: { id: newId("user"), email, name: unique("User"), ...rest, ...(fleetId ? { memberships: { create: { fleetId, role } } } : {}) },
  });
}

/** The row of a granted token (not the JWT itself: mintToken makes those). */
export async function makeTokenRow(
  { prisma }: Database,
  device: { id: string; fleetId: string },
  options: { label?: string; issuedAt?: Date; expiresAt?: Date; revokedAt?: Date; revokedReason?: string; renews?: boolean } = {},
) {
  const id = newId("accessToken");
  return prisma.accessToken.create({
    data: {
      id,
      fleetId: device.fleetId,
      subjectKind: "device",
      subject: device.id,
      deviceId: device.id,
      scopes: deviceScopes(device.fleetId, device.id),
      digest: digestOf(id),
      expiresAt: new Date(Date.now() + 24 * 3_600_000),
      ...options,
    },
  });
}

/** A claimed device: with an identity key and a token that renews itself. `state`: how far its renewal is. */
export async function makeRenewing(database: Database, device: { id: string; fleetId: string }, state?: "waiting") {
  const at = new Date();
  const jwk = { kty: "EC", crv: "P-256", x: "A".repeat(43), y: "A".repeat(43) };
  const { id: deviceId, fleetId } = device;
  await database.prisma.deviceIdentity.create({ data: { deviceId, fleetId, thumbprint: deviceId.padEnd(43, "x"), publicJwk: jwk, enrolledAt: at } });
  if (state) await database.prisma.deviceRenewal.create({ data: { deviceId, fleetId, state, via: "home", updatedAt: at } });
  return makeTokenRow(database, device, { renews: true });
}

/** A refused publish, as the recorder keeps it. Without `tokenId` nobody proved to be the device. */
export async function makeRefusal(
  { prisma }: Database,
  device: { id: string; fleetId: string },
  options: Partial<Pick<RefusalCreateManyInput, "tokenId" | "action" | "topic" | "reason" | "qos" | "retain" | "scope" | "count" | "lastAt" | "detail">> = {},
) {
  const at = new Date(options.lastAt ?? Date.now());
  const hour = new Date(Math.floor(at.getTime() / 3_600_000) * 3_600_000);
  const what = {
    action: "publish" as const,
    topic: `sp/v1/${device.fleetId}/${device.id}/${newId("request")}`,
    reason: "implicit_deny",
    qos: 1,
    retain: false,
  };
  return prisma.refusal.create({
    data: { fleetId: device.fleetId, subject: device.id, deviceId: device.id, broker: "embedded", hour, firstAt: at, lastAt: at, ...what, ...options },
  });
}

/** A settled revocation of no token, with a receipt that is signed by nobody. */
export async function makeRevocation({ prisma }: Database, fleetId: string) {
  const [id, at] = [newId("revocation"), new Date()];
  const actor = { kind: "system", id: "test", name: "Test" };
  const facts = { id, fleetId, actor, at, reason: "test", selector: { subject: "nobody" }, tokenIds: [], tokensDigest: "", sessions: [], reconnectsRefused: 0 };
  const payload = Buffer.from(JSON.stringify(assembleReceipt(facts, { version: 1, now: at }))).toString("base64url");
  return prisma.revocation.create({
    data: {
      id,
      fleetId,
      at,
      actorKind: actor.kind,
      actorId: actor.id,
      actorName: actor.name,
      reason: facts.reason,
      selector: facts.selector,
      tokenCount: 0,
      settledAt: at,
      receipt: `e30.${payload}.`,
      receiptVersion: 1,
    },
  });
}

/** A rule; by default "offline", without a hold time, for every device of the fleet. */
export async function makeAlertRule(
  { prisma }: Database,
  fleetId: string,
  options: {
    name?: string;
    kind?: "offline" | "threshold" | "leak" | "posture";
    metric?: string;
    comparison?: "above" | "below";
    threshold?: number;
    holdSeconds?: number;
    deviceId?: string;
    siteId?: string;
    profileId?: string;
    enabled?: boolean;
  } = {},
) {
  return prisma.alertRule.create({ data: { id: newId("alertRule"), fleetId, name: unique("Rule"), kind: "offline", ...options } });
}

/** An open outage of these devices, which went away just now. */
export async function makeOutage({ prisma }: Database, fleetId: string, deviceIds: readonly string[], options: { label?: string; startedAt?: Date } = {}) {
  const { label = "Harbour", startedAt = new Date() } = options;
  const statistic = { lost: deviceIds.length, group: deviceIds.length, lostElsewhere: 0, elsewhere: 10, tests: 2, log10Chance: -4 };
  const devices = deviceIds.map((deviceId) => ({ deviceId, lostAt: startedAt, cause: "keep_alive_timeout", factors: {} }));
  return prisma.outage.create({
    data: { id: newId("outage"), fleetId, factor: "site", value: "site_1", label, startedAt, openedAt: startedAt, statistic, devices: { create: devices } },
  });
}

/** One row in `broker_run` and one in `session`, as the broker writes them. */
export async function makeSession(
  { prisma }: Database,
  device: { id: string; fleetId: string },
  options: {
    number: bigint;
    brokerRunId?: bigint;
    tokenId?: string;
    keepAliveSeconds?: number;
    connectedAt?: Date;
    disconnectedAt?: Date;
    disconnectReason?: string;
    willTopic?: string;
    address?: string;
  },
) {
  const brokerRunId = options.brokerRunId ?? (await prisma.brokerRun.create({ data: { node: "test" } })).id;
  return prisma.session.create({
    data: {
      fleetId: device.fleetId,
      subjectKind: "device",
      subject: device.id,
      deviceId: device.id,
      clientId: device.id,
      tokenId: newId("accessToken"),
      transport: "tcp",
      address: "127.0.0.1",
      keepAliveSeconds: 60,
      connectedAt: new Date(),
      ...options,
      brokerRunId,
    },
  });
}

/** Measurements of one metric: `[milliseconds since 1970, value]` each. Also sets the newest value. */
export async function makeMeasurements(
  { pool, prisma }: Database,
  deviceId: string,
  metric: string,
  points: readonly (readonly [number, number])[],
  unit?: string,
) {
  await pool.query(
    `insert into measurement (device_id, metric, time, value)
     select $1, $2, to_timestamp(t / 1000.0), v from unnest($3::float8[], $4::float8[]) as p(t, v) on conflict do nothing`,
    [deviceId, metric, points.map(([time]) => time), points.map(([, value]) => value)],
  );
  const newest = points.reduce((a, b) => (b[0] > a[0] ? b : a), points[0] ?? [0, 0]);
  const row = { time: new Date(newest[0]), value: newest[1], unit: unit ?? null };
  await prisma.latestMeasurement.upsert({ where: { deviceId_metric: { deviceId, metric } }, create: { deviceId, metric, ...row }, update: row });
}

/** An open claim, and its code. */
export async function makeClaim({ prisma }: Database, fleetId: string, { profileId, useLimit = 10 }: { profileId: string; useLimit?: number }) {
  const code = newClaimCode();
  const at = new Date();
  const expiresAt = new Date(at.getTime() + 3_600_000);
  const row = {
    name: "A claim",
    digest: claimDigest(code),
    hint: code.slice(-4),
    profileId,
    useLimit,
    tokenDays: 90,
    createdAt: at,
    createdBy: "Test",
    expiresAt,
  };
  return { ...(await prisma.claim.create({ data: { ...row, id: newId("claim"), fleetId } })), code };
}

/** A device that waits for a person, by this claim. */
export async function makeEnrolment({ prisma }: Database, claim: { id: string; fleetId: string }) {
  const at = new Date();
  const id = newId("enrolment");
  const jwk = { kty: "EC", crv: "P-256", x: "A".repeat(43), y: "A".repeat(43) };
  const row = { fleetId: claim.fleetId, claimId: claim.id, thumbprint: id.padEnd(43, "x"), identityJwk: jwk, agreementJwk: jwk, createdAt: at, updatedAt: at };
  await prisma.claim.update({ where: { id: claim.id }, data: { used: { increment: 1 } } });
  return prisma.enrolment.create({ data: { ...row, id, state: "waiting", kind: "first" } });
}

/** A rotation whose one wave has begun, and whose devices have not been given their version. */
export async function makeRotation({ prisma }: Database, fleetId: string, deviceIds: readonly string[], state: "running" | "paused" = "running") {
  return prisma.keyRotation.create({
    data: {
      id: newId("keyRotation"),
      fleetId,
      target: {},
      reason: "test",
      overlapSeconds: 60,
      startedAt: new Date(),
      startedBy: "Test",
      deviceCount: deviceIds.length,
      state,
      devices: { create: deviceIds.map((deviceId) => ({ deviceId, wave: 0 })) },
    },
  });
}

/** A command to this device, as somebody else asked for it; by default ours to send, for another minute. */
export async function makeCommand({ prisma }: Database, device: { id: string; fleetId: string }, options: Partial<Prisma.CommandUncheckedCreateInput> = {}) {
  const at = new Date();
  const rules = { name: "log-level", title: "Log level", parameters: { level: "debug" }, dangerous: false, queue: true, expirySeconds: 60, timeoutSeconds: 60 };
  const asked = { requestedById: "usr_x", requestedBy: "X", requestedAt: at, issuedAt: options.state === "waiting" ? null : at };
  const deadlineAt = new Date(at.getTime() + 60_000);
  return prisma.command.create({
    data: { id: newId("command"), fleetId: device.fleetId, deviceId: device.id, state: "queued", deadlineAt, ...rules, ...asked, ...options },
  });
}

/** A job over these devices, of nobody who asks; a `finished` one has changed all of them. */
export async function makeJob(
  { prisma }: Database,
  fleetId: string,
  deviceIds: readonly string[],
  { state, action = { kind: "set_tag", key: "line", value: "a" } }: { state: "waiting" | "running" | "finished"; action?: JobAction },
) {
  const outcome = state === "finished" ? ("done" as const) : ("queued" as const);
  return prisma.job.create({
    data: {
      id: newId("job"),
      fleetId,
      action,
      target: { devices: deviceIds.length },
      state,
      createdAt: new Date(),
      createdByKind: "user",
      createdById: "usr_x",
      createdBy: "X",
      deviceCount: deviceIds.length,
      devices: { create: deviceIds.map((deviceId, index) => ({ deviceId, position: index + 1, after: "a", outcome })) },
    },
  });
}
