import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { SallyportError } from "@/lib/base/errors";

/** Per copy of the web process. Generous: it stops a script gone wild, not a busy one. */
const PER_MINUTE = { caller: 6_000, stranger: 600 };
const limiters = {
  caller: new RateLimiterMemory({ points: PER_MINUTE.caller, duration: 60 }),
  stranger: new RateLimiterMemory({ points: PER_MINUTE.stranger, duration: 60 }),
};

/** Counts one request of a caller (by actor id), or of nobody we know (by address). Throws `rate_limited`. */
export async function countRequest(kind: keyof typeof limiters, key: string): Promise<void> {
  try {
    await limiters[kind].consume(key);
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    throw new SallyportError("rate_limited", `More than ${PER_MINUTE[kind]} requests in a minute.`, {
      retryAfterSeconds: Math.max(1, Math.ceil(refused.msBeforeNext / 1000)),
    });
  }
}
