import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { SallyportError } from "@/lib/base/errors";
import type { ChildMessage } from "@/services/child";
import type { Part, Running } from "./keep-running";
import { ROOT } from "./root";

export interface ChildPlan {
  name: string;
  /** Arguments of node: loader, script, its arguments. */
  args: string[];
  env: NodeJS.ProcessEnv;
  /** Each line of its output. */
  onLine(line: string, stream: "stdout" | "stderr"): void;
  /** How one that sends no `ready` is asked whether it serves. Called again and again until it answers true. */
  probe?: () => Promise<boolean>;
}

const READY_LIMIT_MS = 90_000;
const STOP_LIMIT_MS = 5_000;
const PROBE_EVERY_MS = 100;

/** A process of the product as a part that is kept running. It lives in a process group of its own: Ctrl-C is the supervisor's. */
export function childPart(plan: ChildPlan): Part {
  return { name: plan.name, start: (signal) => startChild(plan, signal) };
}

async function startChild(plan: ChildPlan, signal: AbortSignal): Promise<Running> {
  const child = spawn(process.execPath, plan.args, { cwd: ROOT, env: plan.env, stdio: ["ignore", "pipe", "pipe", "ipc"], detached: true });
  for (const name of ["stdout", "stderr"] as const) {
    const stream = child[name];
    if (stream) createInterface({ input: stream }).on("line", (line) => plan.onLine(line, name));
  }
  const exited = new Promise<string>((resolve) => {
    child.once("exit", (code, by) => resolve(by ?? `exit code ${code}`));
    child.once("error", (error) => resolve(error.message));
  });
  const running: Running = {
    pid: child.pid ?? 0,
    exited,
    kill: () => killGroup(child),
    stop: (limitMs = STOP_LIMIT_MS) => stopChild(child, exited, limitMs),
  };
  try {
    await readiness(plan, child, exited, signal);
    return running;
  } catch (error) {
    await running.stop();
    throw error;
  }
}

async function readiness(plan: ChildPlan, child: ChildProcess, exited: Promise<string>, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  const ready = new Promise<void>((resolve, reject) => {
    let said: SallyportError | undefined;
    child.on("message", (message: ChildMessage) => {
      if (message.type === "ready") resolve();
      else said = new SallyportError("unavailable", `${plan.name}: ${message.message}`, message.hint ? { hint: message.hint } : {});
    });
    const fail = (why: string) =>
      reject(said ?? new SallyportError("unavailable", `The ${plan.name} process ${why}.`, { hint: `Its log says why: logs/${plan.name}.log in DATA_DIR.` }));
    // A message that was sent before the end may arrive after the exit is known.
    void exited.then((how) => setImmediate(() => fail(`ended before it served (${how})`)));
    signal.addEventListener("abort", () => fail("was stopped"), { signal: over.signal });
    setTimeout(() => fail("did not get ready in time"), READY_LIMIT_MS).unref();
  });
  const { probe } = plan;
  const served = probe ? Promise.race([ready, untilTrue(probe, over.signal)]) : ready;
  try {
    await served;
  } finally {
    over.abort();
  }
}

async function untilTrue(probe: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !(await probe().catch(() => false))) await new Promise((resolve) => setTimeout(resolve, PROBE_EVERY_MS));
}

/** SIGTERM, and SIGKILL for the whole group when it does not end in time. */
async function stopChild(child: ChildProcess, exited: Promise<string>, limitMs: number): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
  const timer = setTimeout(() => killGroup(child), limitMs);
  await exited;
  clearTimeout(timer);
  // What it may have started itself.
  killGroup(child);
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid) process.kill(-child.pid, "SIGKILL");
  } catch {
    // Nobody of the group is left.
  }
}
