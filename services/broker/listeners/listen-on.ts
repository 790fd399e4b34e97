import type { AddressInfo, Server } from "node:net";
import { SallyportError } from "@/lib/base/errors";

export interface Listening {
  port: number;
  close(): Promise<void>;
}

/** A herd that comes back after an outage waits here instead of being refused. */
const BACKLOG = 4_096;

/** Starts a server; a taken or forbidden port is an error that names the variable to change. Port 0 takes any free one. */
export async function listenOn(server: Server, { host, port, variable }: { host: string; port: number; variable: string }): Promise<Listening> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const what = error.code === "EADDRINUSE" ? `Port ${port} on ${host} is taken.` : `Cannot listen on ${host}:${port} (${error.code ?? error.message}).`;
      reject(new SallyportError("configuration", what, { hint: `Set ${variable} to another port.`, cause: error }));
    });
    server.listen({ host, port, backlog: BACKLOG }, resolve);
  });
  server.on("error", () => {}); // accept() without free descriptors: newcomers wait, nobody else is affected
  return {
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
