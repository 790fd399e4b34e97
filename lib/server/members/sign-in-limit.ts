import { createHash } from "node:crypto";
import { RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import { SallyportError } from "@/lib/base/errors";
import type { Database } from "@/lib/server/database/client";

/** Failed tries: 5 in 15 minutes for one e-mail from one address, 50 in 15 minutes from one address for anybody. */
const WINDOW_SECONDS = 900;
const TRIES_PER_PERSON = 5;
const TRIES_PER_ADDRESS = 50;

export interface SignInTry {
  /** The try did not fail: it counts against nobody. */
  succeeded(): Promise<void>;
}

const limitersOf = new WeakMap<Database, ReturnType<typeof makeLimiters>>();

function makeLimiters({ pool }: Database) {
  const limiter = (keyPrefix: string, points: number) =>
    new RateLimiterPostgres({
      storeClient: pool,
      storeType: "pool",
      tableName: "rate_limit",
      tableCreated: true,
      clearExpiredByTimeout: true,
      keyPrefix,
      points,
      duration: WINDOW_SECONDS,
    });
  return { person: limiter("signin-person", TRIES_PER_PERSON), address: limiter("signin-address", TRIES_PER_ADDRESS) };
}

/**
 * Counts a try before it is made, so that a burst of parallel ones is counted too. Kept in Postgres: the same count for
 * every copy of the web process. Throws `rate_limited` with the seconds to wait.
 */
export async function countSignInTry(database: Database, { email, address }: { email: string; address: string }): Promise<SignInTry> {
  const limiters = limitersOf.get(database) ?? makeLimiters(database);
  limitersOf.set(database, limiters);
  const addressKey = digest(address);
  const personKey = digest(`${address} ${email}`);
  await consume(limiters.address, addressKey);
  await consume(limiters.person, personKey);
  return {
    async succeeded() {
      await Promise.all([limiters.person.delete(personKey), limiters.address.reward(addressKey, 1)]);
    },
  };
}

async function consume(limiter: RateLimiterPostgres, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    const retryAfterSeconds = Math.max(1, Math.ceil(refused.msBeforeNext / 1000));
    throw new SallyportError("rate_limited", `Too many failed tries. Try again in ${inWords(retryAfterSeconds)}.`, {
      retryAfterSeconds,
      hint: "Forgot the password? An admin of your fleet can make you a new set-up link.",
    });
  }
}

const inWords = (seconds: number): string => (seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`);

/** People's addresses and e-mails do not stand in this table. */
const digest = (text: string): string => createHash("sha256").update(text).digest("base64url");
