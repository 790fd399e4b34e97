import { newId } from "@/lib/base/ids";
import { createLog } from "@/lib/base/log";
import { evaluateAlerts } from "@/lib/server/alerts/index";
import type { Database } from "@/lib/server/database/client";
import { ensureMeasurementPartitions } from "@/lib/server/database/partitions";
import { judgeTamperVerdicts } from "@/lib/server/diagnosis/index";
import { judgeOutages, type OutageMemo } from "@/lib/server/outages/index";
import { handleBrokerRuns, handleSessionEvents, sweepPresence } from "@/lib/server/presence/index";
import type { StepContext } from "@/lib/server/step";
import { type FakeClock, fakeClock } from "@/lib/testing/clock";
import type { Step, Story, Unit } from "./story";

const START = "2026-11-22T12:00:00.000Z";
const DAY_MS = 86_400_000;
const GRACE_SECONDS = 120;

/** One story's fleet in a real database, with a clock of its own. Writes what the broker writes; the worker's steps do the rest. */
export class World {
  readonly clock: FakeClock = fakeClock(START);
  readonly fleetId = newId("fleet");
  readonly ids: string[] = [];
  private readonly ctx: StepContext;
  private readonly memo: OutageMemo = new Map();
  private readonly open = new Map<number, bigint>();
  private readonly tokens: string[] = [];
  private readonly addresses: string[] = [];
  private readonly keepAlives: number[] = [];
  private sessionNumber = 0n;
  private run = 0n;
  private brokerDown = false;
  private readonly started = new Date(START);

  constructor(private readonly database: Database) {
    this.ctx = { database, clock: this.clock, log: createLog("bench", "silent") };
  }

  time(seconds: number): Date {
    return new Date(this.started.getTime() + Math.round(seconds * 1000));
  }

  /** The fleet as it is when the story begins: everybody connected, with a past. */
  async begin({ units }: Story): Promise<void> {
    const { prisma, pool } = this.database;
    await pool.query("truncate fleet, session, session_event, presence_change, broker_run, worker_cursor, outbox, measurement, refusal cascade");
    await ensureMeasurementPartitions(pool, this.started);
    await prisma.fleet.create({ data: { id: this.fleetId, name: "Bench" } });
    await this.places(units);
    await this.newRun();
    this.addresses.push(...units.map(({ address }) => address));
    this.keepAlives.push(...units.map(({ keepAlive }) => keepAlive));
    await this.history(units);
    await this.connectAll(units);
    await this.look(0);
  }

  private async places(units: readonly Unit[]): Promise<void> {
    const { prisma } = this.database;
    const { fleetId } = this;
    const sites = [...new Set(units.map(({ site }) => site))].map((site) => ({ id: newId("site"), fleetId, name: `Site ${site}`, site }));
    const profiles = [0, 1, 2].map((profile) => ({ id: newId("profile"), fleetId, name: `Profile ${profile}`, reportingIntervalSeconds: 36_000 }));
    await prisma.site.createMany({ data: sites.map(({ site: _site, ...row }) => row) });
    await prisma.profile.createMany({ data: profiles });
    const rows = units.map((unit, index) => ({
      id: newId("device"),
      fleetId,
      name: `device-${index}`,
      siteId: sites.find(({ site }) => site === unit.site)?.id ?? null,
      profileId: profiles[unit.profile]?.id ?? "",
      firmware: unit.firmware,
    }));
    this.ids.push(...rows.map(({ id }) => id));
    await prisma.device.createMany({ data: rows });
    await prisma.presence.createMany({ data: rows.map(({ id }) => ({ deviceId: id, fleetId })) });
    const tokens = rows.map(({ id }, index) => ({
      id: newId("accessToken"),
      fleetId,
      subjectKind: "device" as const,
      subject: id,
      deviceId: id,
      scopes: [],
      digest: newId("accessToken"),
      batchId: units[index]?.batch === null ? null : `bat_${units[index]?.batch}`,
      issuedAt: new Date(this.started.getTime() - 40 * DAY_MS),
      expiresAt: new Date(this.started.getTime() + 60 * DAY_MS),
    }));
    this.tokens.push(...tokens.map(({ id }) => id));
    await prisma.accessToken.createMany({ data: tokens });
    await prisma.alertRule.create({ data: { id: newId("alertRule"), fleetId, name: "Device offline", kind: "offline", holdSeconds: 60 } });
  }

  /** Five sessions before, a day each, or as often as a sleeper has them. */
  private async history(units: readonly Unit[]): Promise<void> {
    const rows = units.flatMap((unit, index) => {
      if (unit.fresh) return [];
      return Array.from({ length: 5 }, (_, i) => {
        const gap = unit.sleeps ? (unit.sleeps + 60) * 1000 : DAY_MS;
        const connectedAt = new Date(this.started.getTime() - 60_000 - (5 - i) * gap);
        const disconnectedAt = new Date(connectedAt.getTime() + gap - (unit.sleeps ? unit.sleeps * 1000 : 5_000));
        const disconnectReason = unit.sleeps ? "CLIENT_INITIATED_DISCONNECT" : i % 2 ? "CONNECTION_LOST" : "SERVER_INITIATED_DISCONNECT";
        return { ...this.session(index, connectedAt, unit.address, unit.keepAlive), disconnectedAt, disconnectReason };
      });
    });
    await this.database.prisma.session.createMany({ data: rows });
  }

  private session(unit: number, connectedAt: Date, address: string, keepAliveSeconds: number) {
    const id = this.ids[unit] ?? "";
    const number = ++this.sessionNumber;
    const kind = { subjectKind: "device" as const, subject: id, deviceId: id, clientId: id, fleetId: this.fleetId };
    return { ...kind, number, brokerRunId: this.run, tokenId: this.tokens[unit] ?? "", transport: "tls", address, keepAliveSeconds, connectedAt };
  }

  private async newRun(): Promise<void> {
    this.run = (await this.database.prisma.brokerRun.create({ data: { node: "a", startedAt: this.clock.now(), aliveAt: this.clock.now() } })).id;
    this.brokerDown = false;
  }

  private async connectAll(units: readonly Unit[]): Promise<void> {
    const at = this.time(-60);
    const rows = units.flatMap(({ fresh, address, keepAlive }, unit) => (fresh ? [] : [{ unit, row: this.session(unit, at, address, keepAlive) }]));
    const { prisma } = this.database;
    await prisma.session.createMany({ data: rows.map(({ row }) => row) });
    await prisma.sessionEvent.createMany({
      data: rows.map(({ row }) => ({ fleetId: this.fleetId, deviceId: row.deviceId, sessionNumber: row.number, kind: "connected", at })),
    });
    await prisma.presence.updateMany({ data: { lastSeenAt: at } });
    for (const { unit, row } of rows) this.open.set(unit, row.number);
  }

  private async connect(unit: number, at: number, address?: string): Promise<void> {
    if (this.brokerDown) return;
    if (address) this.addresses[unit] = address;
    const before = this.open.get(unit);
    const when = this.time(at);
    const row = this.session(unit, when, address ?? this.addresses[unit] ?? "", this.keepAlives[unit] ?? 60);
    if (before !== undefined)
      await this.database.prisma.session.update({ where: { number: before }, data: { disconnectedAt: when, disconnectReason: "DUPLICATE_CLIENTID" } });
    await this.database.prisma.session.create({ data: row });
    await this.event(unit, row.number, "connected", null, when);
    await this.database.prisma.presence.update({ where: { deviceId: row.deviceId }, data: { lastSeenAt: when } });
    this.open.set(unit, row.number);
  }

  private async drop(unit: number, at: number, reason: string): Promise<void> {
    const number = this.open.get(unit);
    if (number === undefined || this.brokerDown) return;
    await this.database.prisma.session.update({ where: { number }, data: { disconnectedAt: this.time(at), disconnectReason: reason } });
    await this.event(unit, number, "disconnected", reason, this.time(at));
    this.open.delete(unit);
  }

  private async event(unit: number, sessionNumber: bigint, kind: string, reason: string | null, at: Date): Promise<void> {
    await this.database.prisma.sessionEvent.create({ data: { fleetId: this.fleetId, deviceId: this.ids[unit] ?? "", sessionNumber, kind, reason, at } });
  }

  /** The broker is gone without a word: nobody is told, sessions stay open in the table. */
  crash(): void {
    this.brokerDown = true;
    this.open.clear();
  }

  async restart(seconds: number): Promise<void> {
    this.clock.set(this.time(seconds));
    await this.newRun();
  }

  async apply(step: Step): Promise<void> {
    const { prisma } = this.database;
    const deviceId = this.ids[step.unit] ?? "";
    const at = this.time(step.at);
    switch (step.kind) {
      case "connect":
        return this.connect(step.unit, step.at, step.address);
      case "drop":
        return this.drop(step.unit, step.at, step.reason);
      case "refuse": {
        const { action, reason, count } = step;
        const address = step.address ?? this.addresses[step.unit] ?? "";
        await prisma.refusal.create({
          data: {
            fleetId: this.fleetId,
            subject: deviceId,
            deviceId,
            broker: "embedded",
            action,
            topic: String(step.at),
            reason,
            hour: at,
            address,
            count,
            firstAt: at,
            lastAt: at,
          },
        });
        return;
      }
      case "posture": {
        const ports = step.listeners.map((port) => ({ port }));
        const connections = step.remotes.map((remote_addr) => ({ remote_addr }));
        const report = {
          header: { report_id: 1, version: "1.0" },
          metrics: {
            listening_tcp_ports: { ports, total: ports.length },
            tcp_connections: { established_connections: { connections, total: connections.length } },
          },
        };
        const row = { receivedAt: at, listeningTcp: ports.length, listeningUdp: 0, report };
        await prisma.postureReport.upsert({ where: { deviceId }, create: { deviceId, ...row }, update: row });
        return;
      }
      case "message":
        await this.database.pool.query("insert into measurement (device_id, metric, time, value, received_at) values ($1, 'level', $2, 1, $3)", [
          deviceId,
          new Date(at.getTime() + step.off * 1000),
          at,
        ]);
        return;
      case "token":
        await prisma.accessToken.update({ where: { id: this.tokens[step.unit] ?? "" }, data: step.ends === "expired" ? { expiresAt: at } : { revokedAt: at } });
        return;
      case "suspend":
        await prisma.device.update({ where: { id: deviceId }, data: { lifecycle: "suspended" } });
    }
  }

  /** What the worker does each second, in its order. */
  async look(seconds: number): Promise<void> {
    this.clock.set(this.time(seconds));
    if (!this.brokerDown) await this.database.pool.query("update broker_run set alive_at = $1 where id = $2", [this.clock.now(), this.run]);
    const watchedSince = new Date(this.started.getTime() - 600_000);
    while ((await handleSessionEvents(this.ctx)) > 0);
    await handleBrokerRuns(this.ctx, watchedSince);
    await sweepPresence(this.ctx, { watchedSince, graceSeconds: GRACE_SECONDS });
    await judgeOutages(this.ctx, this.memo);
    await judgeTamperVerdicts(this.ctx);
    await evaluateAlerts(this.ctx);
  }
}
