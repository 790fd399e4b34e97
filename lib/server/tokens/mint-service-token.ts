import type { Clock } from "@/lib/base/clock";
import { newId } from "@/lib/base/ids";
import type { Scope } from "@/lib/protocol/access";
import type { Database } from "../database/client";
import type { Secrets } from "../secrets";
import { mintToken } from "./mint-token";

export interface ServiceCredentials {
  username: string;
  clientId: string;
  token: string;
  expiresAt: Date;
}

/** For processes of ours (the worker) that speak MQTT. Ask again before each connection: the session ends at `expiresAt`. */
export async function mintServiceToken(
  { database, secrets, clock }: { database: Database; secrets: Secrets; clock: Clock },
  { label, scopes, ttlSeconds = 86_400 }: { label: string; scopes: readonly Scope[]; ttlSeconds?: number },
): Promise<ServiceCredentials> {
  const subject = newId("service");
  return database.prisma.$transaction(async (tx) => {
    const minted = await mintToken(
      { tx, secrets, now: clock.now() },
      { kind: "service", fleetId: null, subject, scopes, ttlSeconds, clientId: subject, label },
    );
    return { username: subject, clientId: subject, token: minted.token, expiresAt: minted.expiresAt };
  });
}
