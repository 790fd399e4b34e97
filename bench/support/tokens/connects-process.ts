import { serve } from "../worker";
import { connectFrame, logIn, openClient } from "./client";
import { machineMs } from "./figures";
import type { Login } from "./login";

// The load of a reconnect storm: many clients, so many at a time, each in and out once.

interface Storm {
  port: number;
  logins: readonly Login[];
  atOnce: number;
}

const DISCONNECT = Buffer.from([0xe0, 0]);

async function connectOnce(port: number, frame: Buffer): Promise<void> {
  const client = await openClient(port);
  const code = await logIn(client, frame);
  if (code !== 0) throw new Error(`refused with ${code}`);
  const closed = new Promise<void>((resolve) => client.socket.once("close", () => resolve()));
  client.socket.end(DISCONNECT);
  await closed;
}

const api = serve({
  /** Seconds from the first connection to the last goodbye. */
  async storm({ port, logins, atOnce }: Storm): Promise<number> {
    const frames = logins.map((login) => connectFrame(login));
    const began = machineMs();
    const next = async (): Promise<void> => {
      for (let frame = frames.pop(); frame; frame = frames.pop()) await connectOnce(port, frame);
    };
    await Promise.all(Array.from({ length: atOnce }, next));
    return (machineMs() - began) / 1000;
  },
});
export type ConnectLoad = typeof api;
