import type { Env } from "@/lib/base/env";
import { nextPauseMs } from "@/lib/domain/alerts/delivery-schedule";
import type { Secrets } from "../secrets";
import type { StepContext } from "../step";
import { type PostOptions, postWebhook, type WebhookAnswer } from "./webhook/post-webhook";
import { TargetRefused } from "./webhook/resolve-target";
import { signedHeaders } from "./webhook/webhook-secret";

/** At once to one channel: a slow target holds up its own messages only, and not many connections. */
const PER_CHANNEL = 8;
/** Longer than an attempt can take; a worker that died in between loses its claim after this. */
const CLAIM_MS = 60_000;
/** The receiver says that it is gone for good (RFC 9110 section 15.5.11; Standard Webhooks advises to stop then). */
const GONE = 410;

export interface WebhookContext extends StepContext {
  env: Pick<Env, "WEBHOOK_ALLOWED_HOSTS">;
  secrets: Secrets;
  resolve?: PostOptions["resolve"];
}

export interface WebhookSender {
  /** Claims what is due and begins to send it; does not wait for targets. Answers how many were begun. */
  tick(): Promise<number>;
  /** Gives up what is in flight (it is tried again by the next worker) and waits until nothing is. */
  stop(): Promise<void>;
}

interface ClaimedDelivery {
  id: string;
  channel_id: string;
  url: string;
  secret_wrapped: Buffer;
  body: unknown;
  attempts: number;
}

/** Sends queued deliveries. `onSettled` runs after each attempt: the channel may take the next one. */
export function createWebhookSender(ctx: WebhookContext, onSettled: () => void = () => {}): WebhookSender {
  const inFlight = new Map<string, number>();
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();

  const send = async (delivery: ClaimedDelivery) => {
    inFlight.set(delivery.channel_id, (inFlight.get(delivery.channel_id) ?? 0) + 1);
    try {
      await attempt(ctx, delivery, stopping.signal);
    } catch (error) {
      // The database is away: the claim runs out and the delivery is tried again.
      ctx.log.warn({ deliveryId: delivery.id, err: error }, "a delivery could not be settled");
    } finally {
      const left = (inFlight.get(delivery.channel_id) ?? 1) - 1;
      if (left === 0) inFlight.delete(delivery.channel_id);
      else inFlight.set(delivery.channel_id, left);
    }
  };

  return {
    async tick() {
      if (stopping.signal.aborted) return 0;
      const claimed = await claim(ctx, inFlight);
      for (const delivery of claimed) {
        const sending = send(delivery).finally(() => {
          running.delete(sending);
          onSettled();
        });
        running.add(sending);
      }
      return claimed.length;
    },
    async stop() {
      stopping.abort();
      await Promise.allSettled(running);
    },
  };
}

/** Conditional update, channel by channel, the longest due first. `busy`: attempts in flight per channel. */
async function claim({ database, clock }: WebhookContext, busy: ReadonlyMap<string, number>): Promise<ClaimedDelivery[]> {
  const now = clock.now();
  const { rows } = await database.pool.query<ClaimedDelivery>(
    `with due as (
       select d.id, c.url, c.secret_wrapped
       from channel c
       left join unnest($1::text[], $2::int[]) as b(channel_id, in_flight) on b.channel_id = c.id
       cross join lateral (
         select id from delivery d where d.channel_id = c.id and d.state = 'queued' and d.next_attempt_at <= $3
         order by d.next_attempt_at limit greatest($4 - coalesce(b.in_flight, 0), 0) for update skip locked
       ) d
       where c.enabled
     )
     update delivery d set attempts = d.attempts + 1, next_attempt_at = $5 from due
     where d.id = due.id
     returning d.id, d.channel_id, due.url, due.secret_wrapped, d.body, d.attempts`,
    [[...busy.keys()], [...busy.values()], now, PER_CHANNEL, new Date(now.getTime() + CLAIM_MS)],
  );
  return rows;
}

async function attempt(ctx: WebhookContext, delivery: ClaimedDelivery, signal: AbortSignal): Promise<void> {
  const body = JSON.stringify(delivery.body);
  try {
    const secret = ctx.secrets.unwrap(delivery.secret_wrapped).toString("utf8");
    const headers = signedHeaders(secret, delivery.id, body, ctx.clock.now());
    const answer = await postWebhook(
      { url: delivery.url, headers, body },
      { allowedHosts: ctx.env.WEBHOOK_ALLOWED_HOSTS, signal, ...(ctx.resolve ? { resolve: ctx.resolve } : {}) },
    );
    await settle(ctx, delivery, answer, undefined);
  } catch (error) {
    if (signal.aborted) return;
    await settle(ctx, delivery, undefined, error);
  }
}

async function settle({ database, clock }: WebhookContext, delivery: ClaimedDelivery, answer: WebhookAnswer | undefined, error: unknown): Promise<void> {
  const now = clock.now();
  const status = answer?.status ?? null;
  if (status !== null && status >= 200 && status < 300) {
    await database.pool.query("update delivery set state = 'delivered', delivered_at = $1, last_status = $2, last_error = null where id = $3", [
      now,
      status,
      delivery.id,
    ]);
    return;
  }
  // A refused target may be exempted by the operator meanwhile, and a name may resolve elsewhere: tried again like the others.
  const pause = status === GONE ? undefined : nextPauseMs(delivery.attempts, Math.random());
  await database.pool.query(`update delivery set state = $1::"DeliveryState", next_attempt_at = $2, last_status = $3, last_error = $4 where id = $5`, [
    pause === undefined ? "failed" : "queued",
    new Date(now.getTime() + (pause ?? 0)),
    status,
    problemText(answer, error),
    delivery.id,
  ]);
}

function problemText(answer: WebhookAnswer | undefined, error: unknown): string {
  if (answer) return `Answered ${answer.status}${answer.excerpt ? `: ${answer.excerpt.slice(0, 200)}` : ""}`;
  if (error instanceof TargetRefused) return `Refused: ${error.message}`;
  if (error instanceof Error && error.name === "TimeoutError") return "No answer within 10 seconds.";
  const code = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
  return `${error instanceof Error ? error.message : String(error)}${code}`.slice(0, 300);
}
