import type { IConnectPacket } from "mqtt-packet";
import { newId } from "@/lib/base/ids";
import { type TokenClaims, workerScopes } from "@/lib/protocol/access";
import type { Context } from "@/lib/server/context";
import type { Database } from "@/lib/server/database/client";
import { ensureSigningKey, grantConsoleToken, grantDeviceToken, mintServiceToken } from "@/lib/server/tokens";
import { writeToken } from "@/lib/server/tokens/mint-token";
import { makeContext } from "./context";
import { makeDevice, makeFleet, makeUser } from "./factories";
import { connectPacket, type RawMqtt, rawMqtt } from "./raw-mqtt";
import { testSecrets } from "./secrets";

export interface Login {
  username: string;
  clientId: string;
  token: string;
  tokenId?: string;
}

export interface BrokerFleet {
  id: string;
  context: Context;
  /** A device with a granted token; its client id is its own. */
  device(): Promise<Login & { tokenId: string }>;
  /** What the worker is. */
  service(): Promise<Login>;
  /** A viewer's browser tab. */
  console(): Promise<Login>;
  /** A token of ours with any claims, good or bad, without a row. */
  sign(claims: Partial<TokenClaims>): Promise<string>;
}

/** A fleet whose members can log in at a broker. */
export async function brokerFleet(database: Database): Promise<BrokerFleet> {
  const signer = await ensureSigningKey(database, testSecrets());
  const { id } = await makeFleet(database);
  const context = makeContext(database, { fleetId: id });
  return {
    id,
    context,
    async device() {
      const device = await makeDevice(database, id);
      const { token, tokenId } = await grantDeviceToken(context, { deviceId: device.id });
      return { username: device.id, clientId: device.id, token, tokenId };
    },
    async service() {
      return mintServiceToken(context, { label: "test", scopes: workerScopes() });
    },
    async console() {
      const user = await makeUser(database, { fleetId: id, role: "viewer" });
      const actor = { kind: "user" as const, id: user.id, name: user.name, roles: new Map([[id, "viewer" as const]]) };
      return grantConsoleToken(makeContext(database, { fleetId: id, actor }), {});
    },
    async sign(claims) {
      const iat = Math.floor(Date.now() / 1000);
      const base = { iss: "sallyport", aud: "sallyport-mqtt", sub: "", jti: newId("accessToken"), iat, exp: iat + 600 };
      return writeToken({ ...base, fleet: id, kind: "device", acl: [], ...claims }, signer);
    },
  };
}

/** Connects and waits for the CONNACK, which must be 0. */
export async function openMqtt(port: number, login: Login, fields: Partial<IConnectPacket> = {}): Promise<RawMqtt> {
  const raw = await rawMqtt(port);
  raw.send(connectPacket({ username: login.username, password: Buffer.from(login.token), clientId: login.clientId, ...fields }));
  const connack = await raw.next(({ cmd }) => cmd === "connack");
  if (connack.cmd === "connack" && connack.returnCode !== 0) throw new Error(`refused with ${connack.returnCode}`);
  return raw;
}
