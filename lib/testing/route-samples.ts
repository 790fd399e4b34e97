import { newId } from "@/lib/base/ids";
import type { Database } from "@/lib/server/database/client";
import {
  makeAlertRule,
  makeClaim,
  makeCommand,
  makeDevice,
  makeEnrolment,
  makeJob,
  makeOutage,
  makeProfile,
  makeRefusal,
  makeRenewing,
  makeRevocation,
  makeRotation,
  makeSite,
  makeTokenRow,
  makeUser,
} from "./factories";
import { testSecrets } from "./secrets";

export interface RouteSample {
  /** What stands for the [names] in the address. */
  params?: Record<string, string>;
  query?: string;
  body?: Record<string, unknown>;
  /** What even an admin is answered, when that is not success: only a person may, or only who asked for it. */
  answers?: { person?: number; key?: number };
}

/**
 * A request that would succeed for each route with something of this fleet behind it, by `METHOD /path`. Fresh rows each
 * time, so that one that was removed is there for the next. A route without a line here fails the matrix.
 */
export async function routeSamples(database: Database, fleetId: string): Promise<Record<string, RouteSample>> {
  const profile = await makeProfile(database, fleetId);
  const site = await makeSite(database, fleetId);
  const device = await makeDevice(database, fleetId, { profileId: profile.id, siteId: site.id });
  const away = await makeDevice(database, fleetId, { profileId: profile.id, siteId: site.id, presence: { state: "offline", cause: "connection_lost" } });
  const token = await makeTokenRow(database, device);
  const member = await makeUser(database, { fleetId, role: "viewer" });
  const rule = await makeAlertRule(database, fleetId);
  const { prisma } = database;
  const alert = await prisma.alert.create({
    data: { id: newId("alert"), fleetId, ruleId: rule.id, deviceId: device.id, state: "firing", pendingAt: new Date(), firedAt: new Date() },
  });
  const secretWrapped = testSecrets().wrap(Buffer.from("whsec_AAAA"));
  const channel = await prisma.channel.create({
    data: { id: newId("channel"), fleetId, name: newId("channel"), url: "https://example.com/hook", secretWrapped },
  });
  const revocation = await makeRevocation(database, fleetId);
  const key = await prisma.apiKey.create({ data: { id: newId("apiKey"), fleetId, name: "k", role: "viewer", prefix: "sp_00000000", digest: newId("apiKey") } });
  const outage = await makeOutage(database, fleetId, [device.id]);
  const refusal = await makeRefusal(database, device, { tokenId: token.id });
  const agreement = { kty: "EC", crv: "P-256", x: "A".repeat(43), y: "A".repeat(43) };
  await prisma.deviceKey.create({
    data: {
      deviceId: device.id,
      fleetId,
      thumbprint: "pinned",
      publicJwk: agreement,
      pinnedAt: new Date(),
      offeredThumbprint: "offered",
      offeredJwk: agreement,
      offeredAt: new Date(),
    },
  });
  await prisma.contentKey.create({
    data: { deviceId: device.id, fleetId, version: 1, keyWrapped: testSecrets().wrap(Buffer.alloc(32)), createdAt: new Date() },
  });
  const claim = await makeClaim(database, fleetId, { profileId: profile.id });
  const inHour = new Date(Date.now() + 3_600_000);
  const batch = await prisma.claimBatch.create({
    data: { id: newId("claimBatch"), fleetId, name: "Labels", codes: 0, createdAt: new Date(), createdBy: "X", expiresAt: inHour },
  });
  const enrolments = await Promise.all([makeEnrolment(database, claim), makeEnrolment(database, claim)]);
  const rotation = await makeRotation(database, fleetId, [device.id]);
  const paused = await makeRotation(database, fleetId, [], "paused");
  const inRotation = { params: { rotationId: rotation.id } };
  const gone = await makeDevice(database, fleetId, { profileId: profile.id, lifecycle: "retired" });
  const counts = { tokens: 0, keysDestroyed: 0, rotationsLeft: 0, enrolmentsClosed: 0, alertsEnded: 0, commandsCancelled: 0, investigations: 0 };
  await prisma.decommission.create({ data: { id: newId("decommission"), fleetId, deviceId: gone.id, at: new Date(), by: "Test", ...counts } });
  const inGone = { params: { deviceId: gone.id } };
  const acknowledge = { kind: "acknowledge" as const, comment: "" };
  const ofJob = async (state: "waiting" | "running" | "finished") => ({
    params: { jobId: (await makeJob(database, fleetId, [device.id], { state, ...(state === "running" ? { action: acknowledge } : {}) })).id },
  });
  const inJob = await ofJob("finished");
  const job = { action: acknowledge, target: { deviceIds: [device.id] } };
  const inDevice = { params: { deviceId: device.id } };
  const comingHome = await Promise.all([0, 1].map(() => makeDevice(database, fleetId, { profileId: profile.id, siteId: site.id })));
  for (const one of comingHome) await makeRenewing(database, one, "waiting");
  const atHome = comingHome.map(({ id }) => ({ params: { deviceId: id }, body: {} }));
  const name = newId("request");
  const grant = { subject: { kind: "service", name }, ttl: 60, permissions: { patterns: { topics: { "+/presence": 1 } } } };
  const waiting = await prisma.grantRequest.create({
    data: {
      id: newId("grantRequest"),
      fleetId,
      requestedById: "usr_x",
      requestedBy: "X",
      request: grant,
      reasons: [],
      expiresAt: new Date(Date.now() + 60_000),
    },
  });
  const command = await makeCommand(database, device, { state: "waiting", dangerous: true });
  const inCommand = { params: { commandId: command.id } };
  const inRequest = { params: { grantRequestId: waiting.id } };
  return {
    "GET /overview": {},
    "GET /devices": { query: "q=a&state=online,offline&limit=5" },
    "GET /devices/suggestions": { query: "field=site&prefix=a" },
    "GET /devices/export": { query: "format=csv&state=online" },
    "POST /devices/import": { body: { rows: [{ line: 2, name: `${name} imported` }] } },
    "POST /devices": { body: { name } },
    "GET /devices/[deviceId]": inDevice,
    "PATCH /devices/[deviceId]": { ...inDevice, body: { note: "new" } },
    "GET /devices/[deviceId]/sealed-messages": { ...inDevice, query: "since=2026-01-01T00:00:00.000Z&limit=5" },
    "GET /devices/[deviceId]/series": { ...inDevice, query: "metric=level&from=now-1h" },
    "GET /devices/[deviceId]/state": inDevice,
    "PATCH /devices/[deviceId]/state": { ...inDevice, body: { desired: { reportEverySeconds: 30 } } },
    "GET /devices/[deviceId]/state/changes": { ...inDevice, query: "limit=5" },
    "GET /profiles/[profileId]/state": { params: { profileId: profile.id } },
    "PATCH /profiles/[profileId]/state": { params: { profileId: profile.id }, body: { desired: { logLevel: "info" } } },
    "GET /jobs": { query: "limit=5" },
    "POST /jobs": { body: { ...job, expectedDevices: 1 } },
    "POST /jobs/preview": { body: job },
    "GET /jobs/[jobId]": inJob,
    "GET /jobs/[jobId]/devices": { ...inJob, query: "outcome=open&limit=5" },
    "GET /jobs/[jobId]/export": { ...inJob, query: "format=jsonl" },
    "POST /jobs/[jobId]/cancel": await ofJob("running"),
    // Only a person is a second admin.
    "POST /jobs/[jobId]/approve": { ...(await ofJob("waiting")), answers: { key: 403 } },
    "POST /jobs/[jobId]/reject": { ...(await ofJob("waiting")), answers: { key: 403 } },
    "POST /jobs/[jobId]/undo": inJob,
    "GET /devices/[deviceId]/decommission": inGone,
    "POST /devices/[deviceId]/decommission": { ...inGone, body: { reason: "a test of the route" } },
    "GET /devices/[deviceId]/diagnosis": inDevice,
    "GET /devices/[deviceId]/metrics": inDevice,
    "GET /devices/[deviceId]/presence": inDevice,
    "GET /devices/[deviceId]/renewal": inDevice,
    "POST /devices/[deviceId]/renewal/ask": { ...atHome[0] },
    "POST /devices/[deviceId]/renewal/approve": { ...atHome[0] },
    "POST /devices/[deviceId]/renewal/deny": { ...atHome[1] },
    "GET /renewals": {},
    "POST /devices/[deviceId]/reveal": { ...inDevice, body: { reason: "a test of the route" } },
    "GET /tamper-verdicts": {},
    "GET /commands": { query: "state=open&limit=5" },
    "GET /commands/[commandId]": inCommand,
    "POST /commands/[commandId]/approve": { ...inCommand, body: { comment: "" }, answers: { key: 403 } },
    "POST /commands/[commandId]/reject": { ...inCommand, body: { comment: "" }, answers: { key: 403 } },
    "POST /commands/[commandId]/cancel": { ...inCommand, body: {} },
    "GET /devices/[deviceId]/commands": inDevice,
    "POST /devices/[deviceId]/commands": { ...inDevice, body: { name: "log-level", parameters: { level: "debug" } } },
    "GET /profiles/[profileId]/commands": { params: { profileId: profile.id } },
    "PATCH /profiles/[profileId]/commands": { params: { profileId: profile.id }, body: { commands: [] } },
    "GET /devices/[deviceId]/timeline": inDevice,
    "GET /devices/[deviceId]/keys": inDevice,
    "POST /devices/[deviceId]/keys/opening": { ...inDevice, body: {} },
    "POST /devices/[deviceId]/keys/accept": { ...inDevice, body: { thumbprint: "offered" } },
    "GET /keys": {},
    "GET /keys/laggards": {},
    "GET /keys/rotations": {},
    "POST /keys/rotations": { body: { deviceId: device.id, reason: "test" } },
    "GET /keys/policy": {},
    "PATCH /keys/policy": { body: { everyDays: 90 } },
    "GET /keys/rotations/[rotationId]": inRotation,
    "GET /keys/rotations/[rotationId]/devices": { ...inRotation, query: "outcome=lagging&limit=5" },
    "POST /keys/rotations/[rotationId]/pause": { ...inRotation, body: { reason: "test" } },
    "POST /keys/rotations/[rotationId]/resume": { params: { rotationId: paused.id }, body: { reason: "test" } },
    "POST /keys/rotations/[rotationId]/roll-back": { ...inRotation, body: { reason: "test" } },
    "PATCH /profiles/[profileId]/reporting": { params: { profileId: profile.id }, body: { sleepSeconds: 900 } },
    "PATCH /profiles/[profileId]": { params: { profileId: profile.id }, body: { encryption: "optional" } },
    "GET /devices/[deviceId]/tokens": inDevice,
    "POST /devices/[deviceId]/tokens": { ...inDevice, body: { ttlDays: 1 } },
    "GET /claims": {},
    "POST /claims": { body: { name, uses: 2 } },
    "GET /claims/[claimId]": { params: { claimId: claim.id } },
    "POST /claims/[claimId]/revoke": { params: { claimId: claim.id }, body: {} },
    "GET /claim-batches": {},
    "POST /claim-batches": { body: { name, count: 2 } },
    "GET /claim-batches/[batchId]": { params: { batchId: batch.id } },
    "POST /claim-batches/[batchId]/revoke": { params: { batchId: batch.id }, body: {} },
    "POST /claims/look-up": { body: { code: claim.code } },
    "GET /enrolments": { query: "state=waiting&limit=5" },
    "POST /enrolments/[enrolmentId]/approve": { params: { enrolmentId: enrolments[0].id }, body: {} },
    "POST /enrolments/[enrolmentId]/deny": { params: { enrolmentId: enrolments[1].id }, body: {} },
    "GET /grant-requests": {},
    "POST /grant-requests/[grantRequestId]/approve": { ...inRequest, body: {}, answers: { key: 403 } },
    "POST /grant-requests/[grantRequestId]/reject": { ...inRequest, body: {}, answers: { key: 403 } },
    "POST /grant-requests/[grantRequestId]/withdraw": { ...inRequest, body: {}, answers: { person: 403, key: 403 } },
    "POST /grant-requests/[grantRequestId]/collect": { ...inRequest, body: {}, answers: { person: 403, key: 403 } },
    "GET /token-policy": {},
    "PATCH /token-policy": { body: { longFromMinutes: 200_000 } },
    "POST /grants": { body: grant },
    "POST /grants/preview": { body: grant },
    "GET /tokens": {},
    "GET /tokens/export": { query: "format=csv" },
    "GET /tokens/reach": { query: `topic=${device.id}/down/state&action=publish` },
    "GET /tokens/[tokenId]": { params: { tokenId: token.id } },
    "POST /tokens/[tokenId]/revoke": { params: { tokenId: token.id }, body: {} },
    "POST /tokens/simulate": { body: { tokenId: token.id, checks: [{ action: "publish", topic: "a" }] } },
    "GET /refusals": { query: "action=publish&limit=5" },
    "GET /refusals/[refusalId]": { params: { refusalId: String(refusal.id) } },
    "GET /revocations": {},
    "POST /revocations": { body: { selector: { tokenId: token.id }, reason: "lost" } },
    "POST /revocations/preview": { body: { selector: { tokenId: token.id } } },
    "GET /revocations/[revocationId]": { params: { revocationId: revocation.id } },
    "GET /revocations/[revocationId]/receipt": { params: { revocationId: revocation.id }, query: "format=json" },
    "GET /signing-keys": {},
    // Of the installation: an admin of one fleet of several may not, nor any API key.
    "POST /signing-keys/rotations": { body: {}, answers: { person: 403, key: 403 } },
    "POST /signing-keys/retirements": { body: { kid: "sig_0" }, answers: { person: 403, key: 403 } },
    "POST /signing-keys/retirements/preview": { body: { kid: "sig_0" }, answers: { person: 403, key: 403 } },
    "GET /rejected-messages": {},
    "GET /compliance": {},
    "GET /platform": {},
    "GET /posture": { query: "state=listening&state=stale&q=name:*" },
    "GET /posture/statement": {},
    "PATCH /profiles/[profileId]/allow-list": { params: { profileId: profile.id }, body: { listeners: ["tcp/22"], destinations: ["192.0.2.0/24"] } },
    "GET /alerts": {},
    "GET /alerts/[alertId]": { params: { alertId: alert.id } },
    "POST /alerts/[alertId]/acknowledge": { params: { alertId: alert.id }, body: {} },
    "GET /investigations": {},
    "GET /investigations/devices": {},
    "POST /investigations/changes": { body: { deviceIds: [away.id], note: "Somebody is on the way." } },
    "GET /devices/[deviceId]/history": inDevice,
    "GET /devices/[deviceId]/sessions": inDevice,
    "GET /devices/[deviceId]/ping": { params: { deviceId: away.id } },
    "POST /devices/[deviceId]/ping": { params: { deviceId: away.id }, body: {} },
    "GET /devices/[deviceId]/investigation": { params: { deviceId: away.id } },
    "GET /outages": {},
    "GET /outages/[outageId]": { params: { outageId: outage.id } },
    "GET /outages/[outageId]/devices": { params: { outageId: outage.id } },
    "POST /outages/[outageId]/acknowledge": { params: { outageId: outage.id }, body: {} },
    "GET /alert-rules": {},
    "POST /alert-rules": { body: { kind: "offline", name } },
    "PATCH /alert-rules/[ruleId]": { params: { ruleId: rule.id }, body: { enabled: false } },
    "DELETE /alert-rules/[ruleId]": { params: { ruleId: rule.id } },
    "GET /channels": {},
    "POST /channels": { body: { name, url: "https://example.com/hook" } },
    "PATCH /channels/[channelId]": { params: { channelId: channel.id }, body: { enabled: false } },
    "DELETE /channels/[channelId]": { params: { channelId: channel.id } },
    "POST /channels/[channelId]/test": { params: { channelId: channel.id }, body: {} },
    "GET /deliveries": {},
    "GET /members": {},
    "POST /members": { body: { email: `${name}@example.com`, role: "viewer" } },
    "PATCH /members/[userId]": { params: { userId: member.id }, body: { role: "support" } },
    "DELETE /members/[userId]": { params: { userId: member.id } },
    "POST /members/[userId]/setup-link": { params: { userId: member.id }, body: {} },
    "GET /api-keys": {},
    "POST /api-keys": { body: { name, role: "viewer" } },
    "POST /api-keys/[apiKeyId]/revoke": { params: { apiKeyId: key.id }, body: {} },
    "GET /audit-events": {},
    "GET /sites": {},
    "GET /sites/map": {},
    "PATCH /sites/[siteId]": { params: { siteId: site.id }, body: { latitude: 53.5, longitude: 10 } },
    "POST /sites/places": { body: { rows: [{ line: 2, name: site.name, latitude: 53.5, longitude: 10 }] } },
    "POST /sites": { body: { name } },
    "GET /occupancy": {},
    "GET /wall": {},
    "GET /wall/device": { query: "index=0" },
    "GET /profiles": {},
    "POST /profiles": { body: { name } },
    "GET /sealed": {},
    "GET /sealed/devices": {},
    "GET /sealed/vault": { answers: { key: 403 } },
    "POST /sealed/operators": { body: { publicKey: agreement, vault: "a.b.c.d.e" }, answers: { key: 403 } },
    // Nothing is sealed here, and nothing signed.
    "POST /sealed/recovery": { body: {}, answers: { person: 404, key: 403 } },
    "POST /sealed/signatures": { body: { after: 0 }, answers: { person: 409, key: 403 } },
    "POST /live-token": { body: {} },
  };
}
