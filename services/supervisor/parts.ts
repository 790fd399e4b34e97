import path from "node:path";
import type { Env } from "@/lib/base/env";
import type { Logger } from "@/lib/base/log";
import { startPostgres } from "@/lib/server/database/embedded-postgres";
import { childPart } from "./child-process";
import type { Part } from "./keep-running";
import { ROOT } from "./root";
import type { RunLog } from "./run-log";
import { NEXT } from "./web-build";

export interface ChildContext {
  env: Env;
  childEnv: NodeJS.ProcessEnv;
  runLog: RunLog;
}

/** Our own Postgres, started again on the same port with the same data. `onUrl` hears where it is. */
export function postgresPart(env: Env, log: Logger, onUrl: (url: string) => void): Part {
  return {
    name: "postgres",
    async start() {
      const server = await startPostgres({ dataDir: env.DATA_DIR, port: env.POSTGRES_PORT, log });
      onUrl(server.url);
      const exited = server.exited.then((code) => (code === null ? "by a signal" : `exit code ${code}`));
      return { pid: server.pid, exited, stop: server.stop, kill: server.kill };
    },
  };
}

/** A process written in TypeScript that uses `runService`. `script` is relative to the product's folder. */
export function servicePart(name: string, script: string, context: ChildContext, args: string[] = []): Part {
  const onLine = (line: string, stream: "stdout" | "stderr") => context.runLog.line(name, line, stream);
  return childPart({ name, args: ["--import", "tsx", path.join(ROOT, script), ...args], env: context.childEnv, onLine });
}

/** Stock Next: `next start` on the built console, or `next dev`. It serves when its health page answers. */
export function webPart(context: ChildContext, development: boolean): Part {
  const { HOST, PORT } = context.env;
  const onLine = (line: string, stream: "stdout" | "stderr") => context.runLog.line("web", line, stream);
  return childPart({
    name: "web",
    args: [...NEXT, development ? "dev" : "start", "--hostname", HOST, "--port", String(PORT)],
    env: context.childEnv,
    onLine,
    probe: async () => (await fetch(`${localAddress(HOST, PORT)}/api/health/live`, { signal: AbortSignal.timeout(30_000) })).ok,
  });
}

/** How this machine reaches a port that listens on `host`. */
function localAddress(host: string, port: number): string {
  if (host === "0.0.0.0") return `http://127.0.0.1:${port}`;
  if (host === "::") return `http://[::1]:${port}`;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
