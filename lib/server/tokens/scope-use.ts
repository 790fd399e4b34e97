import type { Clock } from "@/lib/base/clock";
import type { Logger } from "@/lib/base/log";
import type { Database } from "../database/client";

/** What one session (or one memory of a grant) uses of its token. Called for every message: an increment, mostly. */
export interface TokenUse {
  /** The scope with this index allowed something. */
  count(scope: number): void;
  /** The same for a subscription, which goes on allowing until `end`. */
  hold(scope: number): void;
  /** The session is over. */
  end(): void;
}

const TICK_MS = 2_000;
/** A session that goes on with what it did before is written so often: most devices send the same again and again. */
const AGAIN_MS = 60_000;
const ROWS_AT_ONCE = 5_000;
const MOST_WAITING = 200_000;

interface Waiting {
  tokenId: string;
  scope: number;
  count: number;
  firstAt: number;
  lastAt: number;
}

/**
 * Counts which scopes of which tokens are really used, for `scope_use`. In memory first: nothing here makes a client wait, and
 * while Postgres is away the sums are kept, within a bound.
 */
export class ScopeUseRecorder {
  #touched: Counter[] = [];
  #waiting = new Map<string, Waiting>();
  #writing: Promise<void> | undefined;
  #failing = false;
  readonly #timer: NodeJS.Timeout;

  constructor(private readonly options: { database: Pick<Database, "pool">; clock: Clock; log: Logger }) {
    this.#timer = setInterval(() => void this.flush(), TICK_MS);
    this.#timer.unref();
  }

  of(tokenId: string): TokenUse {
    return new Counter(tokenId, (counter) => this.#touched.push(counter));
  }

  /** Writes what is due; `all` also what was written a moment ago. One write at a time. */
  async flush(all = false): Promise<void> {
    this.#gather(all);
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
    await this.#writing;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
    await this.flush(true);
  }

  #gather(all: boolean): void {
    const now = this.options.clock.now().getTime();
    const later: Counter[] = [];
    let lost = 0;
    for (const counter of this.#touched) {
      if (!all && !counter.due(now)) later.push(counter);
      else for (const [scope, count] of counter.take(now)) if (!this.#add({ tokenId: counter.tokenId, scope, count, firstAt: now, lastAt: now })) lost++;
    }
    this.#touched = later;
    if (lost > 0) this.options.log.warn({ lost, waiting: this.#waiting.size }, "too much use of tokens waits to be written; the newest was not counted");
  }

  #add(use: Waiting): boolean {
    const key = `${use.tokenId} ${use.scope}`;
    const known = this.#waiting.get(key);
    if (!known && this.#waiting.size >= MOST_WAITING) return false;
    this.#waiting.set(key, known ? merged(known, use) : use);
    return true;
  }

  async #write(): Promise<void> {
    while (this.#waiting.size > 0) {
      const uses = [...this.#waiting.values()].slice(0, ROWS_AT_ONCE);
      for (const { tokenId, scope } of uses) this.#waiting.delete(`${tokenId} ${scope}`);
      try {
        await writeUses(this.options.database.pool, uses);
        this.#failing = false;
      } catch (error) {
        for (const use of uses) this.#add(use);
        if (!this.#failing) this.options.log.warn({ error: error instanceof Error ? error.message : String(error) }, "use of tokens not written, trying again");
        this.#failing = true;
        return;
      }
    }
  }
}

class Counter implements TokenUse {
  /** By scope, since they were last taken; undefined: never used by this session. */
  #counts: (number | undefined)[] = [];
  readonly #held = new Set<number>();
  #listed = false;
  /** Something here was never written. */
  #urgent = false;
  #takenAt = 0;

  constructor(
    readonly tokenId: string,
    private readonly list: (counter: Counter) => void,
  ) {}

  count(scope: number): void {
    const before = this.#counts[scope];
    if (before === undefined) this.#urgent = true;
    this.#counts[scope] = (before ?? 0) + 1;
    this.#touch();
  }

  hold(scope: number): void {
    this.count(scope);
    this.#held.add(scope);
  }

  end(): void {
    if (this.#held.size > 0) this.#touch();
    this.#urgent = true;
  }

  due(now: number): boolean {
    return this.#urgent || now - this.#takenAt >= AGAIN_MS;
  }

  /** Scopes with how often they were used since; one that was held all the time comes with 0. */
  take(now: number): [scope: number, count: number][] {
    const taken: [number, number][] = [];
    for (const [scope, count] of this.#counts.entries()) {
      if (count !== undefined && (count > 0 || this.#held.has(scope))) taken.push([scope, count]);
      if (count !== undefined) this.#counts[scope] = 0;
    }
    this.#takenAt = now;
    this.#urgent = false;
    this.#listed = false;
    return taken;
  }

  #touch(): void {
    if (this.#listed) return;
    this.#listed = true;
    this.list(this);
  }
}

function merged(a: Waiting, b: Waiting): Waiting {
  return { ...a, count: a.count + b.count, firstAt: Math.min(a.firstAt, b.firstAt), lastAt: Math.max(a.lastAt, b.lastAt) };
}

/** Tokens whose row is gone meanwhile, or never was, are left out. In one order, so that two writers do not block each other. */
async function writeUses(pool: Pick<Database["pool"], "query">, uses: readonly Waiting[]): Promise<void> {
  await pool.query({
    name: "write-scope-uses",
    text: `insert into scope_use as u (token_id, scope, count, first_at, last_at)
           select r.token_id, r.scope, r.count, to_timestamp(r.first_at / 1000), to_timestamp(r.last_at / 1000)
           from unnest($1::text[], $2::int[], $3::bigint[], $4::float8[], $5::float8[]) as r(token_id, scope, count, first_at, last_at)
           join access_token t on t.id = r.token_id order by r.token_id, r.scope
           on conflict (token_id, scope) do update set count = u.count + excluded.count,
             first_at = least(u.first_at, excluded.first_at), last_at = greatest(u.last_at, excluded.last_at)`,
    values: [
      uses.map(({ tokenId }) => tokenId),
      uses.map(({ scope }) => scope),
      uses.map(({ count }) => count),
      uses.map(({ firstAt }) => firstAt),
      uses.map(({ lastAt }) => lastAt),
    ],
  });
}
