import { z } from "zod";
import type { Env } from "@/lib/base/env";
import { workerScopes } from "@/lib/protocol/access";
import { answerClaims } from "@/lib/server/claims/answer-claims";
import { deliverCommands } from "@/lib/server/commands/deliver-commands";
import { resendStates, sendDueStates } from "@/lib/server/device-state/send-states";
import { noteRetainedCleared } from "@/lib/server/devices/decommission";
import { sendPings } from "@/lib/server/diagnosis/index";
import { deliverContentKeys } from "@/lib/server/encryption/deliver-keys";
import { createLivePublisher, type Feed, publishAll, seekLeadership } from "@/lib/server/live/index";
import { drainOutbox, type OutboxHandlers } from "@/lib/server/outbox/index";
import { clearPresence, publishPresence, republishPresence } from "@/lib/server/presence/index";
import { answerRenewals } from "@/lib/server/renewals/answer-renewals";
import { tellRenewals } from "@/lib/server/renewals/tell-renewals";
import type { Secrets } from "@/lib/server/secrets";
import type { StepContext } from "@/lib/server/step";
import { mintServiceToken } from "@/lib/server/tokens/index";
import { openBrokerLink } from "./broker-link";
import { startLoop } from "./loop";

export interface Publishing {
  /** New rows in the outbox. */
  wake(): void;
  stop(): Promise<void>;
}

const CLAIMS_AT_ONCE = 200;
const RESEND_MS = 5_000;
const RENEWALS_EVERY_MS = 5_000;
const devicesSchema = z.object({ deviceIds: z.array(z.string()) });

/**
 * Everything that goes to the broker. Only the worker that leads publishes. After each connection, and when it begins to lead, it
 * publishes every device's presence and every summary again: the broker keeps retained messages in memory only, and RabbitMQ on one node.
 */
export function startPublishing(ctx: StepContext & { env: Env; secrets: Secrets; databaseUrl: string; feed: Feed }): Publishing {
  const { env, log } = ctx;
  let republish = true;
  const again = () => {
    republish = true;
    outbox.wake();
  };
  const link = openBrokerLink({
    urls: env.MQTT_URL.length > 0 ? env.MQTT_URL : [embeddedUrl(env)],
    clock: ctx.clock,
    log,
    mint: () => mintServiceToken(ctx, { label: "Worker", scopes: workerScopes() }),
    onConnect: again,
  });
  const leadership = seekLeadership(ctx.databaseUrl, { log, onGain: again });
  const live = createLivePublisher(ctx, link, ctx.feed);
  const handlers = publishHandlers(ctx, link, live.handleOutbox);
  const ready = () => link.connected() && leadership.leads();

  const outbox = startLoop(
    "publish",
    async () => {
      if (!ready()) return false;
      if (republish) {
        republish = false;
        try {
          live.forget();
          const count = await republishPresence(ctx.database, link);
          log.info({ devices: count }, "presence published anew");
        } catch (error) {
          republish = true;
          throw error;
        }
      }
      return (await drainOutbox(ctx, handlers)) > 0;
    },
    { everyMs: 1_000, log },
  );
  const ticks = startLoop(
    "live",
    async () => {
      if (ready()) await live.tick();
      return false;
    },
    { everyMs: 1_000, log },
  );

  const states = startLoop("states", async () => ready() && (await sendDueStates(ctx, link)) > 0, { everyMs: 1_000, log });
  const behind = startLoop(
    "states behind",
    async () => {
      if (ready()) await resendStates(ctx, link);
      return false;
    },
    { everyMs: RESEND_MS, log },
  );

  // Every worker that is connected: nothing of it is retained, and each claim is counted under its lock.
  const claims = startLoop(
    "claims",
    async () => {
      if (!link.connected()) return false;
      const answers: OutboxHandlers = {
        "claim.answer": async (rows) => publishAll(link, await answerClaims(ctx, rows)),
        "renewal.answer": async (rows) => publishAll(link, await answerRenewals(ctx, rows)),
      };
      return (await drainOutbox(ctx, answers, CLAIMS_AT_ONCE)) > 0;
    },
    { everyMs: 1_000, log },
  );

  const told = { lookedAt: 0 };
  const renewals = startLoop(
    "renewals",
    async () => {
      if (link.connected()) await publishAll(link, await tellRenewals(ctx, told));
      return false;
    },
    { everyMs: RENEWALS_EVERY_MS, log },
  );

  return {
    wake() {
      outbox.wake();
      claims.wake();
      states.wake();
    },
    async stop() {
      await Promise.all([outbox.stop(), ticks.stop(), claims.stop(), states.stop(), behind.stop(), renewals.stop()]);
      await Promise.all([link.stop(), leadership.stop()]);
    },
  };
}

function publishHandlers(
  ctx: StepContext & { secrets: Secrets },
  link: Parameters<typeof publishPresence>[1],
  live: OutboxHandlers["live.publish"],
): OutboxHandlers {
  return {
    "presence.publish": (rows) =>
      publishPresence(
        ctx.database,
        link,
        rows.flatMap(({ payload }) => devicesSchema.parse(payload).deviceIds),
      ),
    "device.clear_retained": async (rows) => {
      for (const { fleetId, payload } of rows) {
        const { deviceIds } = devicesSchema.parse(payload);
        if (fleetId) await clearPresence(link, fleetId, deviceIds);
        await noteRetainedCleared(ctx, deviceIds);
      }
    },
    "device.ping": sendPings(ctx, link),
    "command.deliver": deliverCommands(ctx, link),
    "key.deliver": (rows) =>
      deliverContentKeys(
        ctx,
        link,
        rows.flatMap(({ payload }) => devicesSchema.parse(payload).deviceIds),
      ),
    "live.publish": live,
  };
}

/** The embedded broker, over loopback when it listens everywhere. */
function embeddedUrl({ MQTT_HOST, MQTT_PORT }: Env): string {
  const host = MQTT_HOST === "0.0.0.0" ? "127.0.0.1" : MQTT_HOST === "::" ? "::1" : MQTT_HOST;
  return `mqtt://${host.includes(":") ? `[${host}]` : host}:${MQTT_PORT}`;
}
