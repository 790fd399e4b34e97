import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import type { DeviceDetail } from "@/lib/domain/devices/device-view";
import { destinationsOf } from "@/lib/domain/posture/sockets";
import { postureReportSchema } from "@/lib/protocol/posture";
import { topics } from "@/lib/protocol/topics";
import type { Context } from "@/lib/server/context";
import { findingsOf } from "@/lib/server/posture/findings";
import { proofOfDevice } from "@/lib/server/posture/proof-sql";
import { latestOf } from "@/lib/server/telemetry/list-metrics";
import { readsPayloads } from "@/lib/server/telemetry/reads-payloads";
import { readVerb } from "@/lib/server/verb";
import type { PostureReportModel, SessionModel } from "@/prisma/generated/models";
import { loadDeviceRows } from "./load-device-rows";

/** Everything the device page shows before the first live message. */
export const getDevice = readVerb({
  permission: "devices:read",
  input: z.object({ deviceId: z.string().max(64) }),
  async run(ctx, { deviceId }): Promise<DeviceDetail> {
    const [row] = await loadDeviceRows(ctx, [deviceId]);
    if (!row) throw notFound("device");
    const { prisma } = ctx.database;
    const [device, session, posture, proof, rejected, latest] = await Promise.all([
      prisma.device.findFirstOrThrow({
        where: { id: deviceId, fleetId: ctx.fleetId },
        select: { note: true, gateway: { select: { id: true, name: true, presence: { select: { state: true } } } }, _count: { select: { behind: true } } },
      }),
      prisma.session.findFirst({ where: { deviceId }, orderBy: { number: "desc" } }),
      prisma.postureReport.findUnique({ where: { deviceId } }),
      proofOfDevice(ctx.database.pool, deviceId, ctx.clock.now()),
      prisma.rejectedMessage.aggregate({ where: { deviceId, lastAt: { gt: new Date(ctx.clock.now().getTime() - 86_400_000) } }, _sum: { count: true } }),
      readsPayloads(ctx) ? latestOf(ctx, deviceId) : [],
    ]);
    return {
      ...row,
      note: device.note,
      gateway: device.gateway && { id: device.gateway.id, name: device.gateway.name, state: device.gateway.presence?.state ?? "never_seen" },
      behind: device._count.behind,
      fleetId: ctx.fleetId,
      telemetryTopic: topics.up(ctx.fleetId, deviceId, "telemetry"),
      latest,
      session: session && sessionView(session),
      posture: posture && (await postureView(ctx.database.pool, posture)),
      proof,
      rejectedLastDay: rejected._sum.count ?? 0,
    };
  },
});

function sessionView(session: SessionModel): NonNullable<DeviceDetail["session"]> {
  return {
    number: String(session.number),
    clientId: session.clientId,
    transport: session.transport,
    address: session.address,
    keepAliveSeconds: session.keepAliveSeconds,
    connectedAt: session.connectedAt.toISOString(),
    disconnectedAt: session.disconnectedAt?.toISOString() ?? null,
    disconnectReason: session.disconnectReason,
  };
}

async function postureView(pool: Context["database"]["pool"], posture: PostureReportModel): Promise<NonNullable<DeviceDetail["posture"]>> {
  const { data } = postureReportSchema.safeParse(posture.report);
  const of = (protocol: "tcp" | "udp") =>
    (data?.metrics[`listening_${protocol}_ports`]?.ports ?? []).map((open) => ({ protocol, port: open.port, interface: open.interface ?? null }));
  return {
    receivedAt: posture.receivedAt.toISOString(),
    listeningTcp: posture.listeningTcp,
    listeningUdp: posture.listeningUdp,
    inbound: posture.inbound,
    inboundSince: posture.inboundSince.toISOString(),
    ports: [...of("tcp"), ...of("udp")],
    destinations: data ? destinationsOf(data) : [],
    findings: await findingsOf(pool, posture.deviceId),
  };
}
