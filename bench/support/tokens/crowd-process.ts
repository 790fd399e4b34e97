import { serve } from "../worker";
import { Member, type Seen } from "./crowd-member";
import { machineMs } from "./figures";
import type { Login } from "./login";

// A live fleet: devices that listen and report, and a service that talks to each of them.

interface Fleet {
  port: number;
  fleetId: string;
  devices: readonly Login[];
  service: Login;
  /** Messages a second, half of them down to devices and half up from them, to each in turn. */
  messagesPerSecond: number;
}

const CONNECTS_AT_ONCE = 50;
const TICK_MS = 10;
const PATIENCE_MS = 30_000;
const DOWN_BYTES = 100;

let fleetId = "";
let devices: Member[] = [];
let service = new Member({ clientId: "nobody" }, undefined);

/** Their return codes, in the same order. */
async function connectAll(members: readonly Member[], port: number): Promise<number[]> {
  const codes: number[] = [];
  const waiting = [...members.entries()];
  const next = async (): Promise<void> => {
    for (let one = waiting.pop(); one; one = waiting.pop()) codes[one[0]] = await one[1].connect(port, machineMs() + PATIENCE_MS);
  };
  await Promise.all(Array.from({ length: CONNECTS_AT_ONCE }, next));
  return codes;
}

function sendDown({ login }: Member): void {
  const payload = Buffer.alloc(DOWN_BYTES, 0x20);
  payload.writeDoubleBE(machineMs());
  service.publish(`sp/v1/${fleetId}/${login.clientId}/down/state`, payload);
}

function sendUp(device: Member): void {
  device.publish(`sp/v1/${fleetId}/${device.login.clientId}/up/telemetry`, Buffer.from('{"temperature":21.4}'));
}

function keepTalking(messagesPerSecond: number): void {
  let turn = 0;
  let due = 0;
  let last = machineMs();
  setInterval(() => {
    const now = machineMs();
    due += ((now - last) / 1000) * (messagesPerSecond / 2);
    last = now;
    for (; due >= 1; due--) {
      const device = devices[turn++ % devices.length];
      if (!device) continue;
      sendDown(device);
      sendUp(device);
    }
  }, TICK_MS);
}

const api = serve({
  /** Connects everybody, and has them talk from then on. */
  async join(fleet: Fleet): Promise<void> {
    fleetId = fleet.fleetId;
    devices = fleet.devices.map((login) => new Member(login, `sp/v1/${fleetId}/${login.clientId}/down/#`));
    service = new Member(fleet.service, undefined);
    const codes = await connectAll([service, ...devices], fleet.port);
    if (codes.some((code) => code !== 0)) throw new Error("not everybody was let in");
    keepTalking(fleet.messagesPerSecond);
  },
  /** Something for this device, and something from it, now. */
  probe(indexes: readonly number[]): void {
    for (const index of indexes) {
      const device = devices[index];
      if (!device) continue;
      sendDown(device);
      sendUp(device);
    }
  },
  /** These (or all that are not connected) come back, the service first. Answers their return codes. */
  async comeBack({ port, indexes }: { port: number; indexes: readonly number[] }): Promise<number[]> {
    if (!service.seen.connected) await service.connect(port, machineMs() + PATIENCE_MS);
    const members = indexes.map((index) => devices[index]).filter((member) => member !== undefined);
    return connectAll(members, port);
  },
  report(): Seen[] {
    return devices.map(({ seen }) => seen);
  },
});
export type CrowdLoad = typeof api;
