import { hostname } from "node:os";
import type { StepContext } from "@/lib/server/step";

export interface Heartbeat {
  beat(): Promise<void>;
  end(): Promise<void>;
}

/** This process's row in worker_run, by which the health page tells that a worker is there. */
export function createHeartbeat({ database, clock }: StepContext): Heartbeat {
  let id: bigint | undefined;
  return {
    async beat() {
      const now = clock.now();
      const { workerRun } = database.prisma;
      if (id !== undefined && (await workerRun.updateMany({ where: { id }, data: { aliveAt: now } })).count === 1) return;
      id = (await workerRun.create({ data: { node: `${hostname()}:${process.pid}`, startedAt: now, aliveAt: now } })).id;
    },
    async end() {
      if (id !== undefined) await database.prisma.workerRun.updateMany({ where: { id }, data: { endedAt: clock.now() } });
    },
  };
}
