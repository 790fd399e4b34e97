import type { Logger } from "@/lib/base/log";
import { type Kept, keepRunning, type Part } from "./keep-running";
import { identityOf } from "./process-identity";
import { type RunFile, removeRunFile, writeRunFile } from "./run-file";

/** Who is stopped before whom: first who uses the others, the database last. The limits add up to less than ten seconds. */
const STOP_ORDER = [
  { names: ["simulator", "agent", "web"], limitMs: 2_500 },
  { names: ["worker"], limitMs: 2_000 },
  { names: ["broker", "ingest"], limitMs: 2_000 },
  { names: ["postgres"], limitMs: 3_000 },
];

/** Everything that runs on one DATA_DIR, written down in its run.json. */
export class House {
  private readonly parts: Kept[] = [];
  private readonly starting = new Set<Promise<unknown>>();
  private readonly stopping = new AbortController();
  private ready = false;

  constructor(
    private readonly dataDir: string,
    private readonly facts: Pick<RunFile, "mode" | "startedAt" | "ports" | "url">,
    private readonly log: Logger,
  ) {
    this.write();
  }

  /** Aborted when everything is to stop: whatever is being started gives up. */
  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  /** Starts a part and keeps it running until the house stops. */
  async keep(part: Part): Promise<void> {
    this.signal.throwIfAborted();
    const start = keepRunning(part, { log: this.log, signal: this.signal, onChange: () => this.write() }).then((kept) => this.parts.push(kept));
    this.starting.add(start);
    try {
      await start;
    } finally {
      this.starting.delete(start);
    }
    this.write();
  }

  markReady(): void {
    this.ready = true;
    this.write();
  }

  async restart(names: string[]): Promise<void> {
    for (const part of this.parts.filter(({ name }) => names.includes(name))) await part.restart();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    // What was just being started gives up or is there by then.
    await Promise.allSettled(this.starting);
    for (const { names, limitMs } of STOP_ORDER) {
      const parts = this.parts.filter(({ name }) => names.includes(name));
      await Promise.all(parts.map((part) => part.stop(limitMs)));
    }
    removeRunFile(this.dataDir);
  }

  /** Ends every process at once. */
  kill(): void {
    this.stopping.abort();
    for (const part of this.parts) part.kill();
  }

  private write(): void {
    if (this.signal.aborted) return;
    const running = this.parts.flatMap((part) => {
      const current = part.current();
      return current ? [[part.name, { ...identityOf(current.pid), restarts: part.restarts() }] as const] : [];
    });
    const supervisor = { ...identityOf(process.pid), restarts: 0 };
    try {
      writeRunFile(this.dataDir, { ...this.facts, ready: this.ready, supervisor, processes: Object.fromEntries(running) });
    } catch (error) {
      this.log.warn({ err: error }, "cannot write run.json");
    }
  }
}
