import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Functions that a process of its own offers; input and answer are structured-cloned. */
type Api = { [name: string]: (input: never) => unknown };

export interface Worker<A extends Api> {
  call<K extends keyof A>(name: K, input: Parameters<A[K]>[0]): Promise<Awaited<ReturnType<A[K]>>>;
  stop(): Promise<void>;
}

interface Question {
  id: number;
  name: string;
  input: unknown;
}

type Answer = { id: number; value: unknown } | { id: number; error: string };

/** Runs a module that calls `serve` in a process of its own, so that what it does costs the measured process nothing. */
export function startWorker<A extends Api>(module: URL): Worker<A> {
  const child = spawn(process.execPath, ["--import", "tsx", fileURLToPath(module)], { stdio: ["ignore", 2, 2, "ipc"], serialization: "advanced" });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let ended: Error | undefined;
  let lastId = 0;
  child.on("message", (answer: Answer) => {
    const caller = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ("error" in answer) caller?.reject(new Error(answer.error));
    else caller?.resolve(answer.value);
  });
  const exited = new Promise<void>((resolve) => {
    child.once("exit", (code) => {
      ended = new Error(`${module.pathname} ended with ${code}`);
      for (const { reject } of waiting.values()) reject(ended);
      resolve();
    });
  });
  return {
    call: (name, input) =>
      new Promise((resolve, reject) => {
        if (ended) return reject(ended);
        lastId++;
        waiting.set(lastId, { resolve: resolve as (value: unknown) => void, reject });
        child.send({ id: lastId, name: String(name), input } satisfies Question);
      }),
    async stop() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}

/** Answers the calls of the process that started this one, and ends with it. */
export function serve<A extends Api>(api: A): A {
  const answer = async ({ id, name, input }: Question): Promise<Answer> => {
    try {
      const act = api[name];
      if (!act) throw new Error(`nothing here is called ${name}`);
      return { id, value: await act(input as never) };
    } catch (error) {
      return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
  };
  process.on("message", (question: Question) => void answer(question).then((reply) => process.send?.(reply)));
  process.on("disconnect", () => process.exit());
  return api;
}
